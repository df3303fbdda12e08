export const panelsEn = {
  empty: {
    noTasks: (time: string) => `No tasks ${time}`,
    oneTypeShown: 'Only agents of one type are shown.',
    showAllTypes: 'Show all types',
    earlierTasks: 'Earlier ones may lie outside the chosen time.',
    widen: 'Widen the range',
  },
};
