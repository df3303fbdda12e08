/** A reading of a counter that only grows while its process lives. */
export interface Reading {
  atMs: number;
  accepted: number;
  /** Start of the process: another one counts from zero. */
  startedAt: string;
}

const REMEMBERED_MS = 65_000;

/** The readings of about the last minute, the newest last. */
export function remembered(readings: readonly Reading[], newest: Reading): Reading[] {
  const same = readings.filter(
    (reading) =>
      reading.startedAt === newest.startedAt &&
      newest.atMs - reading.atMs <= REMEMBERED_MS &&
      reading.atMs < newest.atMs,
  );
  return [...same, newest];
}

/** Records per second between the first and the last; null from one reading. */
export function ratePerSecond(readings: readonly Reading[]): number | null {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined || last.atMs - first.atMs < 1000) return null;
  return Math.max(0, (last.accepted - first.accepted) / ((last.atMs - first.atMs) / 1000));
}

/** Records per second from reading to reading. */
export function rateCourse(readings: readonly Reading[]): (number | null)[] {
  return readings.slice(1).map((reading, at) => ratePerSecond([readings[at]!, reading]));
}
