import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Alert } from '@app/contracts';
import { Toasts } from '../ui/toasts';
import { GRACE_MS, Resolutions } from './resolutions';

describe(Resolutions.name, () => {
  const alert = { id: '1~a' } as Alert;
  const said = { text: 'Resolved', detail: 'slow' };
  let resolutions: Resolutions;
  let sent: number;
  const send = (): Promise<void> => {
    sent += 1;
    return Promise.resolve();
  };
  const undo = (): void => TestBed.inject(Toasts).shown().at(-1)?.undo?.();

  beforeEach(() => {
    jest.useFakeTimers();
    sent = 0;
    resolutions = TestBed.inject(Resolutions);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('takes the alert off the lists at once, and tells the tracker when it is too late to undo', async () => {
    const done = resolutions.resolve([alert], said, send);
    expect([...resolutions.ids()]).toEqual(['1~a']);
    await jest.advanceTimersByTimeAsync(GRACE_MS - 1);
    expect(sent).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    await expect(done).resolves.toBe(true);
    expect([sent, [...resolutions.ids()]]).toEqual([1, ['1~a']]);
    expect(TestBed.inject(Toasts).shown()).toEqual([]);
  });

  it('puts the alert back when that is undone, and tells the tracker nothing', async () => {
    const done = resolutions.resolve([alert], said, send);
    undo();
    await expect(done).resolves.toBe(false);
    await jest.advanceTimersByTimeAsync(GRACE_MS);
    expect([sent, [...resolutions.ids()]]).toEqual([0, []]);
  });

  it('tells the tracker at once when the page is left', async () => {
    const done = resolutions.resolve([alert], said, send);
    dispatchEvent(new Event('pagehide'));
    await expect(done).resolves.toBe(true);
    expect(sent).toBe(1);
  });

  it('puts the alert back when the tracker refuses', async () => {
    const refuse = (): Promise<never> => Promise.reject(new Error('busy'));
    const done = resolutions.resolve([alert], said, refuse);
    dispatchEvent(new Event('pagehide'));
    await expect(done).rejects.toThrow('busy');
    expect([...resolutions.ids()]).toEqual([]);
  });

  it('offers each undo by itself', () => {
    void resolutions.resolve([alert], said, send);
    void resolutions.resolve([{ id: '1~b' } as Alert], said, send);
    expect(TestBed.inject(Toasts).shown()).toHaveLength(2);
    undo();
  });
});
