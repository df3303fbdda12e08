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

/** A figure in the unit; null stays null. */
export function inUnit(value: number | null, unit: AxisUnit): number | null {
  return value === null ? null : value / unit.per;
}
