import { normalCdf } from '@app/stats';

/** Above this, the normal approximation is within about a tenth of the small tails asked for. */
const EXACT_UP_TO = 5000;

/**
 * How likely `count` or more of `n` independent trials come out, each with probability `p`: the
 * upper tail of the binomial distribution.
 * @returns 0–1
 */
export function atLeastByChance(count: number, n: number, p: number): number {
  if (count <= 0 || p >= 1) return 1;
  if (count > n || p <= 0) return 0;
  if (n > EXACT_UP_TO) return normalCdf((n * p - count + 0.5) / Math.sqrt(n * p * (1 - p)));
  let term = Math.exp(logChoose(n, count) + count * Math.log(p) + (n - count) * Math.log1p(-p));
  let tail = 0;
  for (let k = count; k <= n; k += 1) {
    tail += term;
    // Past the mode the terms shrink faster than a geometric series.
    if (k > n * p && term < 1e-17 * tail) break;
    term *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
  return Math.min(1, tail);
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i += 1) sum += Math.log((n - i + 1) / i);
  return sum;
}
