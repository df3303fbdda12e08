import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Alert, AlertChange } from '@app/contracts';
import { EventBus } from '@app/platform';

import { AlertAnnouncer } from './alert.announcer.js';

function aChange(transition: AlertChange['transition'], count: number, id = '1~a'): AlertChange {
  return { transition, alert: { id, count } as Alert };
}

describe(AlertAnnouncer.name, () => {
  let heard: [string, number][];
  let announcer: AlertAnnouncer;

  beforeEach(() => {
    jest.useFakeTimers();
    heard = [];
    const bus = new EventBus();
    bus.subscribe('alertChanged', ({ transition, alert }) => {
      heard.push([transition, alert.count]);
    });
    announcer = new AlertAnnouncer(bus);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('tells of updates once per second, and always of the newest in the end', () => {
    announcer.announce([aChange('fired', 1)]);
    for (let count = 2; count <= 9; count += 1) announcer.announce([aChange('updated', count)]);
    expect(heard).toEqual([['fired', 1]]);
    jest.advanceTimersByTime(5000);
    expect(heard).toEqual([
      ['fired', 1],
      ['updated', 9],
    ]);
  });

  it('tells of a first update at once', () => {
    announcer.announce([aChange('updated', 7)]);
    expect(heard).toEqual([['updated', 7]]);
  });

  it('tells of a resolution at once, and of no update after it', () => {
    announcer.announce([aChange('fired', 1), aChange('updated', 2), aChange('resolved', 2)]);
    jest.advanceTimersByTime(5000);
    expect(heard).toEqual([
      ['fired', 1],
      ['resolved', 2],
    ]);
  });

  it('leaves no timer behind when there is nothing to tell', () => {
    announcer.announce([aChange('fired', 1)]);
    jest.advanceTimersByTime(3000);
    expect(jest.getTimerCount()).toBe(0);
  });
});
