import { Z_95 } from './normal.js';

/**
 * Score interval for a success rate. Unlike rate ± z·se it stays inside 0–100 and is wide for few
 * trials, so its lower end ranks agents without letting one lucky task lead.
 * Formula: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
 * JASA 22 (1927).
 * @param z normal quantile of the wanted confidence; 95 % unless given
 * @returns [lower, upper] in percent, 0–100; null when n is 0
 * @throws RangeError unless 0 ≤ successes ≤ n and z > 0, all finite
 */
export function wilsonInterval(
  successes: number,
  n: number,
  z: number = Z_95,
): [number, number] | null {
  if (!(successes >= 0 && successes <= n && n < Infinity && z > 0 && z < Infinity)) {
    throw new RangeError(`Not a rate: ${successes} of ${n} (z ${z})`);
  }
  if (n === 0) return null;
  const p = successes / n;
  const z2 = z * z;
  const centre = successes + z2 / 2;
  const spread = z * Math.sqrt(n * p * (1 - p) + z2 / 4);
  const lower = (100 * (centre - spread)) / (n + z2);
  // Without failures the formula reaches 100 up to rounding only; without successes it is 0.
  const upper = successes === n ? 100 : (100 * (centre + spread)) / (n + z2);
  return [lower, upper];
}
