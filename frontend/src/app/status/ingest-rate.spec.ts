import { describe, expect, it } from '@jest/globals';
import { rateCourse, ratePerSecond, remembered } from './ingest-rate';
import type { Reading } from './ingest-rate';

const reading = (second: number, accepted: number, startedAt = 'first'): Reading => ({
  atMs: second * 1000,
  accepted,
  startedAt,
});

describe(ratePerSecond.name, () => {
  it('is what came in between the readings', () => {
    expect(ratePerSecond([reading(0, 100), reading(10, 600)])).toBe(50);
    expect(rateCourse([reading(0, 0), reading(5, 10), reading(10, 110)])).toEqual([2, 20]);
  });

  it('is not known from one reading, and never negative', () => {
    expect(ratePerSecond([reading(0, 100)])).toBeNull();
    expect(ratePerSecond([])).toBeNull();
    expect(ratePerSecond([reading(0, 100), reading(10, 50)])).toBe(0);
  });
});

describe(remembered.name, () => {
  it('forgets what is over a minute old, and all after a restart', () => {
    const some = [reading(0, 1), reading(30, 2), reading(60, 3)];
    expect(remembered(some, reading(90, 4))).toEqual([
      reading(30, 2),
      reading(60, 3),
      reading(90, 4),
    ]);
    expect(remembered(some, reading(70, 0, 'second'))).toEqual([reading(70, 0, 'second')]);
  });
});
