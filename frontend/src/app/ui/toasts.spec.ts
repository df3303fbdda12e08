import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Appearance } from '../theme/appearance';
import { SAY_GAP_MS, Toasts } from './toasts';

describe(Toasts.name, () => {
  let toasts: Toasts;
  beforeEach(() => {
    jest.useFakeTimers();
    localStorage.clear();
    toasts = TestBed.inject(Toasts);
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const texts = (): string[] => toasts.shown().map(({ text }) => text);

  it('shows three at most, however many alerts and messages come, and keeps all in the list', () => {
    for (let n = 0; n < 1000; n += 1) toasts.newAlerts(1, n % 2);
    for (let n = 0; n < 20; n += 1) toasts.show({ tone: 'good', text: `saved ${n}` });
    expect(toasts.shown()).toHaveLength(3);
    expect(texts()).toContain('1,000 new alerts, 500 critical');
    expect(toasts.history()).toHaveLength(21);
  });

  it('keeps bad news until it is dismissed, and lets good news go', () => {
    toasts.show({ tone: 'good', text: 'saved' });
    toasts.show({ tone: 'bad', text: 'not saved' });
    toasts.newAlerts(1, 1);
    jest.advanceTimersByTime(600_000);
    expect(texts()).toEqual(['not saved', '1 new alert, 1 critical']);
    toasts.dismiss(toasts.shown()[0]!.id);
    expect(texts()).toEqual(['1 new alert, 1 critical']);
  });

  it('lets new alerts without a critical one go by themselves, and counts anew after', () => {
    toasts.newAlerts(2, 0);
    jest.advanceTimersByTime(5000);
    toasts.newAlerts(1, 0);
    jest.advanceTimersByTime(6000);
    expect(texts()).toEqual(['3 new alerts']);
    jest.advanceTimersByTime(6000);
    expect(texts()).toEqual([]);
    toasts.newAlerts(1, 0);
    expect(texts()).toEqual(['1 new alert']);
  });

  it('says the same only once, with how often', () => {
    toasts.show({ tone: 'bad', text: 'not saved' });
    toasts.show({ tone: 'bad', text: 'not saved' });
    expect(toasts.shown()).toMatchObject([{ text: 'not saved', times: 2 }]);
  });

  it('keeps new alerts from the edge of the page when muted, but not what the reader did', () => {
    TestBed.inject(Appearance).muted.set(true);
    toasts.newAlerts(5, 5);
    toasts.show({ tone: 'bad', text: 'not saved' });
    expect(texts()).toEqual(['not saved']);
    expect(toasts.history().map(({ text }) => text)).toContain('5 new alerts, 5 critical');
  });

  it('speaks at most once in ten seconds, of the newest', () => {
    const said: string[] = [];
    for (let second = 0; second < 30; second += 1) {
      toasts.newAlerts(1, 0);
      if (said.at(-1) !== toasts.said()) said.push(toasts.said());
      jest.advanceTimersByTime(1000);
    }
    expect(said.length).toBeLessThanOrEqual(1 + 30_000 / SAY_GAP_MS);
    expect(said.at(-1)).toMatch(/\d\d new alerts/);
  });
});
