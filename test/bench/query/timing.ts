import type { CpuMeter } from '../support/cpu.js';

/** How long one thing took, with what it is compared to. */
export interface Timing {
  first: number;
  /** The least of the rounds' medians, and of their 95th percentiles, ms. */
  p50: number;
  p95: number;
  /** To key lookups taken in turns with it: the least median of each, so that neither gains by noise. */
  ratio: number;
  /** CPU time of all who took part, µs, and to that of a lookup; of each the least round. */
  cpuUs: number;
  cpuRatio: number;
}
/** Other people use the machine too: several rounds, of which the least disturbed counts. */
const ROUNDS = 4;

const rank = (sorted: readonly number[], q: number): number =>
  sorted[Math.ceil(q * sorted.length) - 1] ?? NaN;

async function timed(ask: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await ask();
  return performance.now() - startedMs;
}

async function cpuOf(ask: () => Promise<unknown>, times: number, meter: CpuMeter): Promise<number> {
  const used = meter();
  for (let run = 0; run < times; run++) await ask();
  return used() / times;
}

/** How questions are measured. */
export interface TimingOptions {
  /** The reference, taken in turns with the question. */
  lookup: () => Promise<unknown>;
  meter: CpuMeter;
  times: number;
  rounds?: number;
}

export async function time(
  ask: () => Promise<unknown>,
  { lookup, meter, times, rounds = ROUNDS }: TimingOptions,
): Promise<Timing> {
  const timing: Timing = {
    first: NaN,
    p50: Infinity,
    p95: Infinity,
    ratio: NaN,
    cpuUs: Infinity,
    cpuRatio: NaN,
  };
  let lookupMs = Infinity;
  let lookupUs = Infinity;
  for (let round = 0; round < rounds; round++) {
    const [own, reference]: [number[], number[]] = [[], []];
    for (let run = 0; run < times; run++) {
      reference.push(await timed(lookup));
      own.push(await timed(ask));
    }
    if (round === 0) timing.first = own[0] ?? NaN;
    for (const took of [own, reference]) took.sort((x, y) => x - y);
    timing.p50 = Math.min(timing.p50, rank(own, 0.5));
    timing.p95 = Math.min(timing.p95, rank(own, 0.95));
    lookupMs = Math.min(lookupMs, rank(reference, 0.5));
    lookupUs = Math.min(lookupUs, await cpuOf(lookup, 4 * times, meter));
    timing.cpuUs = Math.min(timing.cpuUs, await cpuOf(ask, times, meter));
  }
  timing.ratio = timing.p50 / lookupMs;
  timing.cpuRatio = timing.cpuUs / lookupUs;
  return timing;
}
