/**
 * What a set of numbers leaves behind so that its mean, spread and extremes can be told, and merged
 * with those of another set, without the numbers. Units are those of the values (m2: squared).
 */
export interface Moments {
  /** How many values. */
  count: number;
  sum: number;
  /** Sum of the squared deviations from the mean. */
  m2: number;
  /** Smallest value, null while there is none. */
  min: number | null;
  /** Largest value, null while there is none. */
  max: number | null;
}

/** Moments of no value at all: the neutral element of {@link mergeMoments}. */
export function emptyMoments(): Moments {
  return { count: 0, sum: 0, m2: 0, min: null, max: null };
}

/**
 * Takes one more value into `m`, in place, without the cancellation of Σx² − (Σx)²/n.
 * Formula: Youngs & Cramer's update in Chan, Golub & LeVeque, "Algorithms for Computing the Sample
 * Variance", The American Statistician 37 (1983).
 * @throws RangeError if `value` is NaN or infinite: it would spoil every later merge
 */
export function addToMoments(m: Moments, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`Not a finite value: ${value}`);
  m.count += 1;
  m.sum += value;
  if (m.count > 1) {
    const distance = value - m.sum / m.count;
    m.m2 += (distance * distance * m.count) / (m.count - 1);
  }
  if (m.min === null || value < m.min) m.min = value;
  if (m.max === null || value > m.max) m.max = value;
}

/**
 * Takes all values of `other` into `into`, in place, as if they had been added one by one.
 * Formula: the pairwise rule of Chan, Golub & LeVeque (1983).
 * @param other left as it is; may be empty
 */
export function mergeMoments(into: Moments, other: Moments): void {
  if (other.count === 0) return;
  if (into.count === 0) {
    into.count = other.count;
    into.sum = other.sum;
    into.m2 = other.m2;
    into.min = other.min;
    into.max = other.max;
    return;
  }
  const count = into.count + other.count;
  const distance = other.sum / other.count - into.sum / into.count;
  into.m2 += other.m2 + distance * distance * ((into.count * other.count) / count);
  into.sum += other.sum;
  into.count = count;
  const { min, max } = other;
  if (min !== null && (into.min === null || min < into.min)) into.min = min;
  if (max !== null && (into.max === null || max > into.max)) into.max = max;
}

/** Arithmetic mean in the unit of the values; null without values. */
export function meanOf(m: Moments): number | null {
  return m.count > 0 ? m.sum / m.count : null;
}

/** Sample standard deviation (divisor n − 1) in the unit of the values; null below two values. */
export function sampleStdDev(m: Moments): number | null {
  // Moments that came from SQL can hold an m2 of −1e-12, where the exact one is 0.
  return m.count > 1 ? Math.sqrt(Math.max(0, m.m2) / (m.count - 1)) : null;
}
