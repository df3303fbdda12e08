import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PAINT_GAP_MS, Painter } from './painter';

describe(Painter.name, () => {
  let painter: Painter;
  let hidden = false;

  beforeEach(() => {
    jest.useFakeTimers();
    hidden = false;
    jest.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
    painter = TestBed.inject(Painter);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('draws at most four times a second, and then the newest', () => {
    const drawn: number[] = [];
    const chart = {};
    for (let at = 0; at < 100; at += 1) {
      painter.paint(chart, () => drawn.push(at));
      jest.advanceTimersByTime(10);
    }
    jest.advanceTimersByTime(PAINT_GAP_MS);
    expect(drawn.length).toBeGreaterThanOrEqual(4);
    expect(drawn.length).toBeLessThanOrEqual(6);
    expect(drawn.at(-1)).toBe(99);
  });

  it('draws nothing while the page is hidden, and once when it is seen again', () => {
    const drawn: number[] = [];
    hidden = true;
    for (let at = 0; at < 10; at += 1) {
      painter.paint(painter, () => drawn.push(at));
      jest.advanceTimersByTime(1000);
    }
    expect(drawn).toEqual([]);
    hidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
    jest.advanceTimersByTime(PAINT_GAP_MS);
    expect(drawn).toEqual([9]);
  });

  it('forgets who is gone', () => {
    const draw = jest.fn();
    painter.paint(painter, draw);
    painter.forget(painter);
    jest.advanceTimersByTime(1000);
    expect(draw).not.toHaveBeenCalled();
  });
});
