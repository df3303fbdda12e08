export const compareEn = {
  title: 'Compare',
  agents: 'Agents',
  chosen: (count: number, most: number) => `${count} of at most ${most} chosen`,
  find: 'Find an agent',
  noneOfName: 'No agent has this name.',
  noneRan: 'No agent ran in the chosen time.',
  few: 'Choose at least two agents to compare them.',
  level: 'Complexity',
  allLevels: 'All levels',
  oneLevel: (level: number) => `Level ${level}`,
};
