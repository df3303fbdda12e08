/** The unit of an axis: figures are divided so that its ticks fall on round numbers of the unit. */
export interface AxisUnit {
  name: string;
  per: number;
}

/** @param maxMs the largest figure shown, milliseconds */
export function durationUnit(maxMs: number): AxisUnit {
  if (maxMs < 1500) return { name: 'ms', per: 1 };
  if (maxMs < 180_000) return { name: 's', per: 1000 };
  if (maxMs < 10_800_000) return { name: 'min', per: 60_000 };
  return { name: 'h', per: 3_600_000 };
}

/** @param maxMib the largest figure shown, mebibytes */
export function memoryUnit(maxMib: number): AxisUnit {
  return maxMib < 1500 ? { name: 'MiB', per: 1 } : { name: 'GiB', per: 1024 };
}

/** @param maxBytes the largest figure shown */
export function bytesUnit(maxBytes: number): AxisUnit {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let [at, per] = [0, 1];
  while (maxBytes / per >= 1500 && at < names.length - 1) [at, per] = [at + 1, per * 1024];
  return { name: names[at] ?? 'B', per };
}

/** Counts: thousands and millions where they are many. */
export function plainUnit(max: number): AxisUnit {
  if (max < 15_000) return { name: '', per: 1 };
  return max < 1.5e7 ? { name: '× 1 000', per: 1e3 } : { name: '× 10⁶', per: 1e6 };
}

/** A figure in the unit; null stays null. */
export function inUnit(value: number | null, unit: AxisUnit): number | null {
  return value === null ? null : value / unit.per;
}
