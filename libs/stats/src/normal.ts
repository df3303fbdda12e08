/** Two-sided 95 % quantile of the standard normal distribution. */
export const Z_95 = 1.959963984540054;

const TAIL_FROM = 3;
const TAIL_TERMS = 120;

/**
 * Probability that a standard normal variable is at most `z`.
 * Accurate to about 1e-15, and to about 1e-12 of the value itself in the lower tail, so small
 * p-values keep their digits: take the upper tail as `normalCdf(-z)`, not as `1 - normalCdf(z)`.
 * Formula: Taylor series in the middle (Marsaglia, J. Stat. Software 11(4), 2004), continued
 * fraction in the tails (Abramowitz & Stegun 26.2.14).
 * @returns 0–1; NaN for NaN
 */
export function normalCdf(z: number): number {
  const x = Math.abs(z);
  const density = Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x >= TAIL_FROM) {
    const tail = density / tailDenominator(x);
    return z < 0 ? tail : 1 - tail;
  }
  const half = density * centralSum(x);
  return z < 0 ? 0.5 - half : 0.5 + half;
}

/** Two-sided p-value of a standard normal statistic; 1 for 0, symmetric in sign. */
export function twoSidedPValue(z: number): number {
  return 2 * normalCdf(-Math.abs(z));
}

/** x + x³/3 + x⁵/(3·5) + x⁷/(3·5·7) + … */
function centralSum(x: number): number {
  let term = x;
  let sum = x;
  for (let odd = 3; term > sum * 1e-17; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return sum;
}

/** x + 1/(x + 2/(x + 3/(x + …))), from the inside out. */
function tailDenominator(x: number): number {
  let inner = x;
  for (let k = TAIL_TERMS; k >= 1; k--) inner = x + k / inner;
  return inner;
}
