export const panelsEn = {
  empty: {
    noTasks: (time: string) => `No tasks ${time}`,
    oneTypeShown: 'Only agents of one type are shown.',
    showAllTypes: 'Show all types',
    earlierTasks: 'Earlier ones may lie outside the chosen time.',
    widen: 'Widen the range',
  },
  view: {
    radar: 'Comparison',
    band: 'Execution time',
    box: 'Spread of durations',
    by: { agent: 'by agent', type: 'by type', complexity: 'by complexity' },
    onlyType: (type: string) => `only ${type}`,
    onlyLevel: (level: number) => `only level ${level}`,
    lastWeek: 'last 7 days',
    against: 'against the same length of time before',
    lowSample: (n: number) => `low sample, n = ${n}`,
  },
};
