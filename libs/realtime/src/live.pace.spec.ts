import { EventBus } from '@app/platform';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { FakeConnection, aStoredExecution } from '../test/live.fixtures.js';
import { LiveHub } from './live.hub.js';
import { LIVE_LIMITS } from './live.limits.js';

const MEBIBYTE = 1024 * 1024;
const RECORDED = 'performance:metricRecorded';

describe('clients that read at any pace', () => {
  let bus: EventBus;
  let hub: LiveHub;

  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-01-05T10:00:00Z') });
    bus = new EventBus();
    hub = new LiveHub(bus, { now: () => new Date() });
    hub.onModuleInit();
  });
  afterEach(() => {
    hub.stop();
    jest.useRealTimers();
  });

  it.each([1, 2, 3, 4])(
    'hear or are told of each event, in order, within a mebibyte (%d)',
    (seed) => {
      let state = seed * 7919;
      const random = (below: number): number => {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
        return Math.floor((state / 2 ** 31) * below);
      };
      const connection = new FakeConnection();
      const client = hub.connect(connection);
      hub.subscribe(client, { events: [RECORDED], batch: seed % 2 === 0 });
      connection.take();
      connection.isStalled = true;
      const heard: number[] = [];
      let told = 0;
      let published = 0;
      const take = (): void => {
        for (const { type, data, seq } of connection.take()) {
          if (type === RECORDED) heard.push(seq ?? 0);
          if (type === 'resync') told += (data as { missed: number }).missed;
        }
      };
      for (let step = 0; step < 150; step += 1) {
        const count = random(4) === 0 ? random(1500) : random(20);
        const metadata = { text: 'x'.repeat(random(3000)) };
        published += count;
        const executions = Array.from({ length: count }, () => aStoredExecution({ metadata }));
        bus.publish('executionsStored', executions);
        jest.advanceTimersByTime(random(3) * LIVE_LIMITS.flushMs);
        if (random(3) > 0) connection.buffered = random(2) * random(connection.buffered);
        take();
      }
      for (let tick = 0; tick < 50; tick += 1) {
        connection.buffered = 0;
        jest.advanceTimersByTime(LIVE_LIMITS.flushMs);
      }
      take();
      expect(client.isOpen).toBe(true);
      expect(heard.length).toBeGreaterThan(0);
      expect(told).toBeGreaterThan(0);
      expect(heard.length + told).toBe(published);
      expect(heard).toEqual([...heard].sort((a, b) => a - b));
      expect(connection.mostBuffered).toBeLessThanOrEqual(MEBIBYTE + LIVE_LIMITS.lowWaterBytes);
      expect(client.isBehind).toBe(false);
    },
  );
});
