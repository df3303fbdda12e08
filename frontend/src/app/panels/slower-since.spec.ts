import { describe, expect, it } from '@jest/globals';
import { aTrendPoint } from '../testing/builders';
import { slowerSince } from './slower-since';

const at = (hour: number): string => new Date(Date.UTC(2026, 4, 1, hour)).toISOString();
const medians = (...values: (number | null)[]) =>
  values.map((p50Ms, hour) =>
    aTrendPoint({
      bucketStart: at(hour),
      successful: p50Ms === null ? 0 : 20,
      duration: { ...aTrendPoint().duration, p50Ms },
    }),
  );
const since = (own: (number | null)[], other: (number | null)[]): string | null => {
  const found = slowerSince(medians(...own), medians(...other));
  return found === null ? null : new Date(found).toISOString();
};

describe(slowerSince.name, () => {
  it('is where the newest run of slower buckets begins', () => {
    expect(since([150, 100, 150, 160, 150], [100, 100, 100, 100, 100])).toBe(at(2));
  });

  it('is not where it has become as fast again', () => {
    expect(since([150, 150, 150, 100], [100, 100, 100, 100])).toBeNull();
  });

  it('takes neither a tenth nor one bucket for news', () => {
    expect(since([109, 109, 109], [100, 100, 100])).toBeNull();
    expect(since([100, 100, 200], [100, 100, 100])).toBeNull();
  });

  it('is not interrupted by buckets that say nothing', () => {
    expect(since([100, 150, null, 150], [100, 100, 100, 100])).toBe(at(1));
    const thin = medians(100, 150, 20, 150);
    thin[2] = { ...thin[2]!, successful: 2 };
    expect(slowerSince(thin, medians(100, 100, 100, 100))).toBe(Date.parse(at(1)));
  });

  it('knows nothing of nothing', () => {
    expect(since([], [])).toBeNull();
    expect(since([null, null], [100, 100])).toBeNull();
  });
});
