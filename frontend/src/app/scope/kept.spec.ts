import { describe, expect, it } from '@jest/globals';
import { oldestKeptMs } from './kept';

describe('what is kept for some days', () => {
  const now = Date.parse('2026-05-31T14:00:00Z');

  it('begins with a whole day', () => {
    expect(new Date(oldestKeptMs(30, now)).toISOString()).toBe('2026-05-01T00:00:00.000Z');
    expect(new Date(oldestKeptMs(1, now)).toISOString()).toBe('2026-05-30T00:00:00.000Z');
  });

  it('holds a trailing range of as many days', () => {
    expect(oldestKeptMs(7, now)).toBeLessThanOrEqual(now - 7 * 24 * 3_600_000);
  });
});
