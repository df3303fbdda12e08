/**
 * Where the axis of a rate begins: a multiple of twenty below the lowest rate, with a fifth of the
 * height to spare, so that a rate that stays at 95–100 % shows its course.
 */
export function rateFloor(rates: readonly number[]): number {
  const lowest = Math.min(100, ...rates);
  return Math.max(0, Math.min(80, Math.floor((lowest - 4) / 20) * 20));
}

/**
 * An axis up to 100, in even steps.
 * @param floor a multiple of twenty
 */
export function percentSpan(floor: number): { min: number; max: number; interval: number } {
  // Where the library chooses the steps, the last is a shorter one.
  return { min: floor, max: 100, interval: floor === 40 ? 20 : (100 - floor) / 4 };
}
