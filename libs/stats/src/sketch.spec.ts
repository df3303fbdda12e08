import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { QuantileSketch } from './sketch.js';

const QUANTILES = [0, 0.001, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];
const LARGEST_ERROR = 0.010001;

const gamma = 1.01 / 0.99;
const anyMagnitude = fc.double({ min: 1.001e-3, max: Number.MAX_VALUE, noNaN: true });
const heavyTailed = fc.double({ min: 1e-9, max: 1, noNaN: true }).map((u) => u ** -2);
const bimodal = fc.oneof(
  fc.integer({ min: 90, max: 110 }),
  fc.integer({ min: 29_000, max: 31_000 }),
);
const atBinEdges = fc
  .tuple(fc.integer({ min: -340, max: 35_000 }), fc.constantFrom(1 - 1e-15, 1, 1 + 1e-15))
  .map(([bin, nudge]) => gamma ** bin * nudge);
const whole = fc.integer({ min: 0, max: 86_400_000 });
const samples = fc.oneof(
  ...[anyMagnitude, heavyTailed, bimodal, atBinEdges, whole].map((value) =>
    fc.array(value, { minLength: 1, maxLength: 200 }),
  ),
);
const entries = fc.array(
  fc.tuple(fc.oneof(heavyTailed, bimodal, fc.constant(0)), fc.integer({ min: 1, max: 2 ** 40 })),
  { maxLength: 40 },
);

function sketchOf(values: readonly number[]): QuantileSketch {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

function weightedSketch(pairs: readonly (readonly [number, number])[]): QuantileSketch {
  const sketch = new QuantileSketch();
  for (const [value, count] of pairs) sketch.add(value, count);
  return sketch;
}

function merged(...parts: QuantileSketch[]): QuantileSketch {
  const sum = new QuantileSketch();
  for (const part of parts) sum.merge(part);
  return sum;
}

function nearestRank(values: readonly number[], q: number): number {
  const ascending = Float64Array.from(values).sort();
  return ascending[Math.max(1, Math.ceil(q * ascending.length)) - 1]!;
}

function largestError(sketch: QuantileSketch, values: readonly number[]): number {
  return Math.max(
    ...QUANTILES.map((q) => {
      const exact = nearestRank(values, q);
      const answer = sketch.quantile(q)!;
      if (exact <= 1e-3) return answer === 0 ? 0 : Infinity;
      return Math.abs(answer - exact) / exact;
    }),
  );
}

describe('quantiles of a sketch', () => {
  it('lie within 1 % of the nearest rank, whatever the data', () => {
    fc.assert(
      fc.property(samples, (values) => {
        expect(largestError(sketchOf(values), values)).toBeLessThanOrEqual(LARGEST_ERROR);
      }),
      { numRuns: 500 },
    );
  });

  it('lie within 1 % of the nearest rank after merging any split', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 9 }), (values, parts) => {
        const split = Array.from({ length: parts }, (_, part) =>
          sketchOf(values.filter((_, index) => index % parts === part)),
        );
        expect(largestError(merged(...split), values)).toBeLessThanOrEqual(LARGEST_ERROR);
      }),
    );
  });

  it('hold for many values of a log-normal and a Pareto tail', () => {
    // A low-discrepancy sequence instead of random numbers: the same values in every run.
    const uniform = Array.from({ length: 50_000 }, (_, i) => ((i + 1) * 0.6180339887498949) % 1);
    const logNormal = uniform.map((u) => Math.exp(8 + 2 * Math.log(u / (1 - u))));
    const pareto = uniform.map((u) => 100 * (1 - u) ** (-1 / 0.8));
    for (const values of [logNormal, pareto]) {
      expect(largestError(sketchOf(values), values)).toBeLessThanOrEqual(LARGEST_ERROR);
    }
  });

  it('do not interpolate across the gap between two modes', () => {
    const values = [...Array<number>(95).fill(100), ...Array<number>(5).fill(30_000)];
    const sketch = sketchOf(values);
    expect(sketch.quantile(0.95)! / 100).toBeCloseTo(1, 1);
    expect(sketch.quantile(0.951)! / 30_000).toBeCloseTo(1, 1);
  });

  it('do not fall when q rises', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const answers = QUANTILES.map((q) => sketchOf(values).quantile(q)!);
        expect(answers).toEqual([...answers].sort((a, b) => a - b));
      }),
    );
  });

  it('are 0 for zero and for values too small to tell from it', () => {
    expect(sketchOf([0]).quantile(0.5)).toBe(0);
    expect(sketchOf([1e-3]).quantile(1)).toBe(0);
    expect(sketchOf([Number.MIN_VALUE, 0, 5]).quantile(0.5)).toBe(0);
    expect(sketchOf([0, 1e9]).quantile(1)! / 1e9).toBeCloseTo(1, 1);
    expect(sketchOf([0.00101]).quantile(1)! / 0.00101).toBeCloseTo(1, 1);
  });

  it('stay finite at the largest number', () => {
    const bytes = sketchOf([Number.MAX_VALUE]).encode();
    const answer = QuantileSketch.decode(bytes).quantile(0.5)!;
    expect(answer).toBeLessThanOrEqual(Number.MAX_VALUE);
    expect(answer / Number.MAX_VALUE).toBeGreaterThanOrEqual(0.99);
  });

  it('are unknown without values', () => {
    expect(new QuantileSketch().quantile(0.5)).toBeNull();
  });

  it.each([-0.01, 1.01, NaN])('refuse q = %p, also without values', (q) => {
    expect(() => new QuantileSketch().quantile(q)).toThrow(RangeError);
  });
});

describe('adding to a sketch', () => {
  it('counts a value as often as told', () => {
    const repeated = sketchOf([3, 3, 3, 8]);
    expect(
      weightedSketch([
        [3, 3],
        [8, 1],
      ]).encode(),
    ).toEqual(repeated.encode());
    expect(repeated.count).toBe(4);
  });

  it.each([-1, -1e-9, NaN, Infinity])('refuses the value %p and stays as it was', (value) => {
    const sketch = sketchOf([1]);
    expect(() => sketch.add(value)).toThrow(RangeError);
    expect(sketch.encode()).toEqual(sketchOf([1]).encode());
  });

  it.each([0, -1, 1.5, NaN, 2 ** 53])('refuses the count %p', (count) => {
    expect(() => new QuantileSketch().add(1, count)).toThrow(RangeError);
  });
});

describe('merging sketches', () => {
  it('is commutative, associative, and neutral for an empty one', () => {
    fc.assert(
      fc.property(entries, entries, entries, (x, y, z) => {
        const [a, b, c] = [weightedSketch(x), weightedSketch(y), weightedSketch(z)];
        const all = weightedSketch([...x, ...y, ...z]);
        expect(merged(a, b).encode()).toEqual(merged(b, a).encode());
        expect(merged(merged(a, b), c).encode()).toEqual(all.encode());
        expect(merged(a, merged(b, c)).encode()).toEqual(all.encode());
        expect(merged(a, new QuantileSketch()).encode()).toEqual(a.encode());
        expect(merged(a, b, c).count).toBe(a.count + b.count + c.count);
      }),
    );
  });

  it('leaves the other side alone', () => {
    const other = sketchOf([1, 1e6]);
    const before = other.encode();
    const sum = merged(other);
    sum.add(77);
    expect(other.encode()).toEqual(before);
  });

  it('with itself doubles every count', () => {
    const sketch = sketchOf([0, 5, 900]);
    sketch.merge(sketch);
    expect(sketch.encode()).toEqual(sketchOf([0, 0, 5, 5, 900, 900]).encode());
    expect(sketch.count).toBe(6);
  });
});

describe('stored sketches', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(entries, (pairs) => {
        const sketch = weightedSketch(pairs);
        const back = QuantileSketch.decode(sketch.encode());
        expect(back.count).toBe(sketch.count);
        expect(back.encode()).toEqual(sketch.encode());
        for (const q of QUANTILES) expect(back.quantile(q)).toBe(sketch.quantile(q));
      }),
    );
  });

  it('do not depend on the order of adding', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const ascending = [...values].sort((a, b) => a - b);
        expect(sketchOf(values).encode()).toEqual(sketchOf(ascending).encode());
      }),
    );
  });

  it('are the documented bytes', () => {
    expect(new QuantileSketch().encode()).toEqual(new Uint8Array());
    // ln 100 / ln γ = 230.2…, bin 231, zig-zag 462 = 0xce 0x03; 300 times = 0xac 0x02.
    expect([...weightedSketch([[100, 300]]).encode()]).toEqual([0xce, 0x03, 0xac, 0x02]);
    // The zero bin is −346, zig-zag 691; from there 577 to bin 231, zig-zag 1154.
    expect([
      ...weightedSketch([
        [0, 1],
        [100, 2],
      ]).encode(),
    ]).toEqual([0xb3, 5, 1, 0x82, 9, 2]);
  });

  it('can be read out of a larger buffer and hold counts beyond 32 bits', () => {
    const bytes = weightedSketch([[7, Number.MAX_SAFE_INTEGER]]).encode();
    const larger = new Uint8Array(bytes.length + 6).fill(255);
    larger.set(bytes, 3);
    const back = QuantileSketch.decode(larger.subarray(3, 3 + bytes.length));
    expect(back.count).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('are taken in as if decoded and merged', () => {
    fc.assert(
      fc.property(entries, entries, (x, y) => {
        const sketch = weightedSketch(x);
        sketch.mergeEncoded(weightedSketch(y).encode());
        expect(sketch.encode()).toEqual(weightedSketch([...x, ...y]).encode());
        expect(sketch.count).toBe(weightedSketch([...x, ...y]).count);
      }),
    );
  });

  it('change nothing when refused half-way', () => {
    const sketch = sketchOf([0, 10]);
    const bytes = sketchOf([0, 1, 100, 1000]).encode();
    expect(() => sketch.mergeEncoded(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
    expect(sketch.encode()).toEqual(sketchOf([0, 10]).encode());
  });

  it('do not change when the next sketch is encoded or decoded', () => {
    const bytes = sketchOf([1, 2, 3]).encode();
    const before = [...bytes];
    const back = QuantileSketch.decode(bytes);
    QuantileSketch.decode(sketchOf([1e5, 1e6]).encode());
    expect([...bytes]).toEqual(before);
    expect([...back.encode()]).toEqual(before);
  });

  it('stay small: about two bytes per bin for a day of an agent', () => {
    const day = Array.from({ length: 333 }, (_, i) => 500 * 40 ** (((i + 1) * 0.618034) % 1));
    expect(sketchOf(day).encode().length).toBeLessThan(400);
  });

  it.each([
    ['a bin without count', [2]],
    ['a number that does not end', [0x80]],
    ['a number of nine bytes', [2, ...Array<number>(8).fill(0x80), 1]],
    ['a number written longer than needed', [2, 0x81, 0]],
    ['a count of 0', [2, 0]],
    ['the same bin twice', [2, 1, 0, 1]],
    ['bins out of order', [4, 1, 1, 1]],
    ['a bin below the zero bin', [0xb5, 5, 1]],
    ['a bin above that of the largest number', [0xc2, 0xaa, 4, 1]],
    ['more values than can be counted', [2, ...Array<number>(7).fill(0xff), 0x7f]],
  ])('are refused with %s', (_, bytes) => {
    expect(() => QuantileSketch.decode(Uint8Array.from(bytes))).toThrow(RangeError);
  });

  it('are refused or give the same bytes back, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        let sketch: QuantileSketch;
        try {
          sketch = QuantileSketch.decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect([...sketch.encode()]).toEqual([...bytes]);
      }),
      { numRuns: 3000 },
    );
  });

  it('are refused when cut short inside a pair', () => {
    const bytes = sketchOf([1, 10, 100, 1000]).encode();
    expect(() => QuantileSketch.decode(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
  });
});
