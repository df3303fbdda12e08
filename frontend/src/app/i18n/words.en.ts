export const agesEn = {
  /** How long ago. @param age as `formatAge` writes it */
  ago: (age: string) => (age === 'now' ? 'just now' : `${age} ago`),
};
