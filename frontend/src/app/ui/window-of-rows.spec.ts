import { describe, expect, it } from '@jest/globals';
import { windowOfRows } from './window-of-rows';

describe(windowOfRows.name, () => {
  it('draws few of many rows, and keeps the height of all', () => {
    for (let scrolled = 0; scrolled <= 100_000 * 29; scrolled += 12_345) {
      const { from, to, abovePx, belowPx } = windowOfRows(100_000, 29, scrolled, 900);
      expect(to - from).toBeLessThan(100);
      expect(abovePx + (to - from) * 29 + belowPx).toBe(100_000 * 29);
      expect(from * 29).toBeLessThanOrEqual(scrolled);
      expect(to * 29).toBeGreaterThanOrEqual(Math.min(scrolled + 900, 100_000 * 29));
    }
  });

  it('is empty where there is nothing', () => {
    expect(windowOfRows(0, 29, 500, 900)).toEqual({ from: 0, to: 0, abovePx: 0, belowPx: 0 });
  });
});
