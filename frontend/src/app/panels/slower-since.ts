import type { TrendPoint } from '@app/contracts';

/** Slower by less than this is no news. */
const NOTABLY = 1.1;
/** Fewer tasks than this in a bucket say little about its median. */
const FEWEST = 3;

/**
 * Since when an agent has been slower than another: the begin of the newest run of buckets in which
 * its median was above the other's by a tenth or more. Buckets in which either did too little say
 * nothing and interrupt nothing; one bucket alone is chance.
 * @param own bucket by bucket the same as `other`
 * @returns milliseconds since the epoch; null where it is not slower at the end
 */
export function slowerSince(
  own: readonly TrendPoint[],
  other: readonly TrendPoint[],
): number | null {
  let since: number | null = null;
  let buckets = 0;
  for (let at = Math.min(own.length, other.length) - 1; at >= 0; at -= 1) {
    const [mine, theirs] = [own[at]!, other[at]!];
    const [a, b] = [mine.duration.p50Ms, theirs.duration.p50Ms];
    if (a === null || b === null || Math.min(mine.successful, theirs.successful) < FEWEST) continue;
    if (a < b * NOTABLY) break;
    since = Date.parse(mine.bucketStart);
    buckets += 1;
  }
  return buckets >= 2 ? since : null;
}
