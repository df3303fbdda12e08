export const compareEn = {
  title: 'Compare',
  agents: 'Agents',
  chosen: (count: number, most: number) => `${count} of at most ${most} chosen`,
  find: 'Find an agent',
  noneOfName: 'No agent has this name.',
  none: 'No agent has reported to this project yet',
  noneHint: 'Two agents that report tasks can be compared.',
  howTo: 'How to send the first one',
  few: 'Choose at least two agents to compare them',
  level: 'Complexity',
  allLevels: 'All levels',
  oneLevel: (level: number) => `Level ${level}`,
};
