/**
 * Numbers in [0, 1) that are the same for the same seed, for resampling that gives the same answer
 * to the same question. Not for secrets. SplitMix32, after Steele, Lea & Flood, "Fast Splittable
 * Pseudorandom Number Generators", OOPSLA 2014.
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
}

/** From here on the beta distribution of a median is normal for all that can be seen. */
const NORMAL_FROM = 100;

/**
 * A value of the beta distribution with parameters from 1 on and about equal: a ratio of gammas, or
 * where they are large its normal approximation, which is an order of magnitude cheaper.
 */
export function betaValue(a: number, b: number, random: () => number): number {
  const n = a + b;
  if (n >= NORMAL_FROM) {
    const value = a / n + Math.sqrt((a * b) / (n + 1)) * (normalValue(random) / n);
    return Math.min(1, Math.max(0, value));
  }
  const x = gammaValue(a, random);
  return x / (x + gammaValue(b, random));
}

/** Marsaglia & Tsang, "A Simple Method for Generating Gamma Variables", ACM TOMS 26 (2000). */
function gammaValue(shape: number, random: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalValue(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - random();
    if (Math.log(u) < (x * x) / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** Box & Muller, Annals of Mathematical Statistics 29 (1958). */
function normalValue(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
