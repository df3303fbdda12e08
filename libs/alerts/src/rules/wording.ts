/** A duration for people: `850 ms`, `4.8 s`, `2 min 5 s`, `1 h 5 min`. */
export function spokenDuration(ms: number): string {
  if (ms < 1000) return `${spokenNumber(ms)} ms`;
  if (ms < 60_000) return `${spokenNumber(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return joined(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(ms / 60_000);
  return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

/** At most three significant digits below 1000, whole above. */
export function spokenNumber(value: number): string {
  return String(value < 1000 ? Number(value.toPrecision(3)) : Math.round(value));
}

/** Which work: `level 3`, or with a task type of its own, `"parse" at level 3`. */
export function spokenStratum(taskType: string, complexity: number): string {
  return taskType === 'default' ? `level ${complexity}` : `"${taskType}" at level ${complexity}`;
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
