import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Span } from '../time/range';
import { TimeCursor, bucketAt } from './time-cursor';

const hour = 3_600_000;
const buckets = Array.from({ length: 5 }, (_, at) => ({
  fromMs: at * hour,
  toMs: (at + 1) * hour,
}));

describe(bucketAt.name, () => {
  it('is the bucket around an instant, or the nearest', () => {
    const found = [-9, 0, 1.5 * hour, 99 * hour].map((atMs) => bucketAt(buckets, atMs));
    expect(found).toEqual([0, 0, 1, 4]);
  });
});

describe(TimeCursor.name, () => {
  let zoomed: Span[];
  let cursor: TimeCursor;
  const press = (...keys: string[]): boolean[] =>
    keys.map((key) =>
      cursor.key({ key: key.replace('Shift+', ''), shiftKey: key.startsWith('Shift+') }),
    );
  beforeEach(() => {
    zoomed = [];
    cursor = new TimeCursor(
      () => buckets,
      (span) => zoomed.push(span),
    );
  });

  it('zooms to whole buckets when a drag ends, whichever way it went', () => {
    cursor.press(300, 3.2 * hour);
    cursor.move(150, 1.7 * hour);
    cursor.release();
    expect(zoomed).toEqual([{ fromMs: hour, toMs: 4 * hour }]);
    expect([cursor.stretch(), cursor.dragging]).toEqual([null, false]);
  });

  it('takes a tremor for a click', () => {
    cursor.press(300, 2 * hour);
    cursor.move(304, 2 * hour);
    cursor.release();
    expect(zoomed).toEqual([]);
  });

  it('selects the same stretch by keys', () => {
    expect(press('Home', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Enter')).toEqual(
      Array(5).fill(true),
    );
    expect(zoomed).toEqual([{ fromMs: hour, toMs: 4 * hour }]);
  });

  it('reads without selecting, stops at the ends and lets go with Escape', () => {
    press('ArrowLeft');
    expect(cursor.at()).toBe(4);
    press('ArrowRight', 'Enter');
    expect([cursor.at(), cursor.stretch()]).toEqual([4, null]);
    expect(zoomed).toEqual([]);
    press('Shift+Home', 'Escape');
    expect([cursor.at(), cursor.stretch()]).toEqual([null, null]);
  });

  it('leaves other keys to the page', () => {
    expect(press('a', 'Tab', 'Escape', 'Enter')).toEqual([false, false, false, false]);
  });
});
