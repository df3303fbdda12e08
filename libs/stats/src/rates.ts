import { meanOf, sampleStdDev, type Moments } from './moments.js';

const SUCCESS_WEIGHT = 0.7;
const CONSISTENCY_WEIGHT = 0.3;

/** Executions below which statistics of an agent are marked as resting on too little ("low sample"). */
export const LOW_SAMPLE = 30;

/**
 * Share of finished executions that succeeded; cancelled ones count neither way.
 * @param counts finished executions: `total` holds the `cancelled` and the `successful`
 * @returns percent, 0–100, unrounded; null when nothing but cancelled executions is left
 * @throws RangeError if the counts contradict each other or are negative or NaN
 */
export function successRatePct(counts: {
  total: number;
  cancelled: number;
  successful: number;
}): number | null {
  const { total, cancelled, successful } = counts;
  const judged = total - cancelled;
  if (!(cancelled >= 0 && successful >= 0 && successful <= judged)) {
    throw new RangeError(
      `Contradictory counts: ${successful} successful and ${cancelled} cancelled of ${total}`,
    );
  }
  return judged === 0 ? null : (100 * successful) / judged;
}

/**
 * How alike the durations of like work are: 100 − 100·s/mean, not below 0, in each stratum, averaged
 * by its number of values. s/mean is the coefficient of variation with the sample deviation s.
 * @param strata durations of successful executions, one entry per (task type, complexity), so that
 *   varied work is not taken for inconsistency; strata below two values say nothing and are left out
 * @returns percent, 0–100, unrounded; 100 means every run took equally long (also a stratum whose
 *   mean is 0); null when no stratum has two values
 */
export function consistencyPct(strata: Iterable<Moments>): number | null {
  let weighted = 0;
  let count = 0;
  for (const stratum of strata) {
    const deviation = sampleStdDev(stratum);
    const mean = meanOf(stratum);
    if (deviation === null || mean === null) continue;
    weighted += stratum.count * (mean === 0 ? 100 : Math.max(0, 100 - (100 * deviation) / mean));
    count += stratum.count;
  }
  return count === 0 ? null : weighted / count;
}

/**
 * Reliability of an agent: 70 % success rate, 30 % consistency.
 * @param successRatePct percent, 0–100
 * @param consistencyPct percent, 0–100; 100 means every run took equally long
 * @returns percent, 0–100, unrounded; null when either input is null
 * @throws RangeError if an input is NaN or outside 0–100
 */
export function reliabilityScore(
  successRatePct: number | null,
  consistencyPct: number | null,
): number | null {
  requirePercent(successRatePct);
  requirePercent(consistencyPct);
  if (successRatePct === null || consistencyPct === null) return null;
  return SUCCESS_WEIGHT * successRatePct + CONSISTENCY_WEIGHT * consistencyPct;
}

function requirePercent(value: number | null): void {
  if (value !== null && !(value >= 0 && value <= 100)) {
    throw new RangeError(`Not a percentage from 0 to 100: ${value}`);
  }
}
