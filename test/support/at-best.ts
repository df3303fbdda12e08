/**
 * Time limits on a machine that others use, too: being busy makes some attempts late, a program that
 * is wrong makes all of them late. So it is tried until one is within the limit.
 * @param attempt does it, anew each time, and answers how long it took, ms
 * @returns the shortest
 */
export async function atBest(
  limitMs: number,
  attempt: () => Promise<number>,
  tries = 3,
): Promise<number> {
  let bestMs = Infinity;
  for (let round = 0; round < tries && bestMs >= limitMs; round += 1) {
    bestMs = Math.min(bestMs, await attempt());
  }
  return bestMs;
}
