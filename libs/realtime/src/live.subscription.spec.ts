import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LiveSubscription } from '@app/contracts';
import { EventBus } from '@app/platform';

import { FakeConnection, aStoredExecution, anAlertChange } from '../test/live.fixtures.js';
import { LiveHub } from './live.hub.js';
import { CLOSINGS, LIVE_LIMITS } from './live.limits.js';

const COMPLETED = 'performance:taskCompleted';

describe('a subscription', () => {
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

  type Client = ReturnType<LiveHub['connect']>;
  interface Listener {
    connection: FakeConnection;
    client: Client;
    seq: number;
  }

  function join(subscription: LiveSubscription, isHeld = true): Listener {
    const connection = new FakeConnection();
    connection.isHeld = isHeld;
    const client = hub.connect(connection);
    const { subscribed, follow } = hub.subscribe(client, subscription);
    connection.take();
    follow();
    return { connection, client, seq: subscribed.seq };
  }

  function store(agentId: string, durationMs = 1): void {
    bus.publish('executionsStored', [aStoredExecution({ agentId, durationMs })]);
  }

  const tick = (times = 1): void => {
    for (let i = 0; i < times; i += 1) jest.advanceTimersByTime(LIVE_LIMITS.flushMs);
  };
  const durations = ({ connection }: Listener): unknown[] =>
    connection.frames
      .filter(({ type }) => type === COMPLETED)
      .map(({ data }) => (data as { executionTime: number }).executionTime);

  it('is silent until it is made, for those who asked for that', () => {
    const connection = new FakeConnection();
    connection.isHeld = true;
    const client = hub.connect(connection);
    store('a');
    tick();
    expect(connection.types).toEqual(['welcome']);
    hub.subscribe(client, {});
    store('a');
    tick();
    expect(connection.types.slice(1)).toEqual([COMPLETED, 'performance:metricRecorded']);
  });

  it('gathers for as long as the rate says, and loses nothing', () => {
    const calm = join({ events: [COMPLETED], rate: 2 });
    for (let i = 0; i < 20; i += 1) {
      store('a', i);
      tick();
    }
    tick(5);
    expect(calm.connection.sendCount).toBeLessThanOrEqual(6);
    expect(durations(calm)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(calm.connection.types).not.toContain('resync');
  });

  it('sends each agent only the newest where the latest state is wanted', () => {
    const latest = join({ events: [COMPLETED], mode: 'latest', rate: 1 });
    store('a', 0);
    tick();
    for (let i = 1; i <= 500; i += 1) store(i % 2 ? 'a' : 'b', i);
    tick(11);
    expect(durations(latest)).toEqual([0, 499, 500]);
    expect(latest.connection.types).not.toContain('resync');
  });

  it('chooses alerts by severity, and lets other kinds pass', () => {
    const grave = join({ severities: ['critical'] });
    bus.publish('alertChanged', anAlertChange({ severity: 'warning' }));
    bus.publish('alertChanged', anAlertChange({ severity: 'critical' }));
    store('a');
    tick();
    expect(grave.connection.types).toEqual([
      'performance:alert',
      COMPLETED,
      'performance:metricRecorded',
    ]);
  });

  it('sends many events as one message, on either door', () => {
    const batched = join({ batch: true });
    for (let i = 0; i < 150; i += 1) store('a', i);
    tick();
    // The first was the welcome.
    expect(batched.connection.sendCount).toBe(2);
    const parcel = batched.connection.parcels.at(-1);
    const plain = parcel?.plain() ?? Buffer.alloc(0);
    const message = JSON.parse(plain.subarray(10).toString()) as { type: string; data: object[] };
    expect(message.type).toBe('batch');
    expect(message.data).toHaveLength(300);
    expect(parcel?.socketIo().texts).toHaveLength(1);
    expect(JSON.parse((parcel?.socketIo().texts[0] ?? '').replace(/^[^[]*/, ''))).toEqual([
      'batch',
      message.data,
      hub.lastSeq('default'),
    ]);
  });

  it('does not show a newcomer what waits for a slower rate', () => {
    const first = join({ events: [COMPLETED], rate: 0.5 });
    store('a', 0);
    tick();
    store('a', 1);
    tick();
    const second = join({ events: [COMPLETED], rate: 0.5 });
    store('a', 2);
    tick(25);
    expect(durations(first)).toEqual([0, 1, 2]);
    expect(durations(second)).toEqual([2]);
  });

  describe('that goes on where another ended', () => {
    it('gets exactly what it missed, also where nobody listened meanwhile', () => {
      const before = join({ events: [COMPLETED] });
      store('a', 0);
      tick();
      const seen = before.connection.frames.at(-1)?.seq ?? 0;
      before.client.disconnected();
      store('a', 1);
      store('b', 2);
      tick();
      const after = join({ events: [COMPLETED], since: { stream: hub.streamId, seq: seen } });
      store('a', 3);
      tick();
      expect(durations(after)).toEqual([1, 2, 3]);
      expect(after.connection.types).not.toContain('resync');
    });

    it('gets nothing twice when it heard everything before it subscribed', () => {
      const before = join({});
      store('a', 0);
      tick();
      const seen = before.connection.frames.at(-1)?.seq ?? 0;
      store('a', 1);
      tick();
      const connection = new FakeConnection();
      const client = hub.connect(connection);
      store('a', 2);
      tick();
      const since = { stream: hub.streamId, seq: seen };
      hub.subscribe(client, { events: [COMPLETED], since }).follow();
      const seqs = connection.frames.map((frame) => frame.seq).filter((seq) => seq !== undefined);
      expect(new Set(seqs).size).toBe(seqs.length);
      expect(durations({ connection, client, seq: 0 }).sort()).toEqual([1, 2]);
    });

    it.each([
      ['of another process', (): LiveSubscription['since'] => ({ stream: 'x', seq: 1 }), 'restart'],
      [
        'too old to be kept',
        (): LiveSubscription['since'] => {
          const seq = hub.lastSeq('default');
          join({});
          for (let i = 0; i < LIVE_LIMITS.ringEvents * 2; i += 1) store('a');
          tick();
          return { stream: hub.streamId, seq };
        },
        'expired',
      ],
      [
        'from the future',
        (): LiveSubscription['since'] => ({ stream: hub.streamId, seq: Number.MAX_SAFE_INTEGER }),
        'expired',
      ],
    ])('is told to read the state again where the number is %s', (_, sinceOf, reason) => {
      const after = join({ since: sinceOf() });
      expect(after.connection.frames.at(0)).toMatchObject({ type: 'resync', data: { reason } });
    });

    const MEBIBYTE = 1024 * 1024;
    const long = { text: 'x'.repeat(2000) };

    /** Comes back after so many long events, and reads only when it is told to. */
    function comeBack(events: number): Listener {
      const before = join({});
      store('a');
      tick();
      const seq = before.connection.frames.at(-1)?.seq ?? 0;
      before.client.disconnected();
      for (let i = 0; i < events; i += 1) {
        bus.publish('executionsStored', [aStoredExecution({ durationMs: i, metadata: long })]);
      }
      const connection = new FakeConnection();
      connection.isHeld = true;
      const client = hub.connect(connection);
      connection.isStalled = true;
      const since = { stream: hub.streamId, seq };
      const { subscribed, follow } = hub.subscribe(client, { since });
      connection.take();
      follow();
      return { connection, client, seq: subscribed.seq };
    }

    it('gets much that it missed no faster than it reads, and in order with what comes', () => {
      const after = comeBack(2000);
      for (let round = 0; round < 60; round += 1) {
        store('b', 2000 + round);
        tick();
        after.connection.buffered = 0;
      }
      expect(after.connection.mostBuffered).toBeGreaterThan(0);
      expect(after.connection.mostBuffered).toBeLessThan(MEBIBYTE);
      expect(durations(after)).toEqual(Array.from({ length: 2060 }, (_, i) => i));
      expect(after.connection.types).not.toContain('resync');
      expect(after.client.isBehind).toBe(false);
    });

    it('is closed when it reads nothing of what it missed', () => {
      const after = comeBack(2000);
      tick(LIVE_LIMITS.stallMs / LIVE_LIMITS.flushMs - 5);
      expect(after.client.isOpen).toBe(true);
      tick(10);
      expect(after.connection.closing).toBe(CLOSINGS.slowConsumer);
      expect(jest.getTimerCount()).toBe(0);
    });

    it('is told to read the state again when news comes faster than it reads', () => {
      const after = comeBack(2000);
      for (let i = 0; i < 400; i += 1) {
        store('b');
        tick();
        if (i % 200 === 199) after.connection.buffered = 0;
      }
      tick();
      const { missed } = after.connection.frames.find(({ type }) => type === 'resync')?.data as {
        missed: number;
      };
      const heard = after.connection.frames.filter(({ seq }) => seq !== undefined).length;
      expect(missed + heard).toBe(2 * 2400);
    });

    it('cannot have what is more than memory may hold', () => {
      const before = join({});
      const { seq } = before;
      const events = Math.ceil(LIVE_LIMITS.ringBytes / 2000);
      expect(events).toBeGreaterThan(LIVE_LIMITS.ringEvents);
      before.client.disconnected();
      const metadata = { text: 'x'.repeat(8000) };
      for (let i = 0; i < LIVE_LIMITS.ringEvents / 2 - 10; i += 1) {
        bus.publish('executionsStored', [aStoredExecution({ metadata })]);
      }
      const after = join({ since: { stream: hub.streamId, seq } });
      expect(after.connection.frames.at(0)).toMatchObject({ data: { reason: 'expired' } });
    });

    it('is told so when events were lost on their way from another process', () => {
      const before = join({});
      store('a');
      tick();
      const seq = before.connection.frames.at(-1)?.seq ?? 0;
      hub.missed('unknown');
      const after = join({ since: { stream: hub.streamId, seq } });
      expect(after.connection.types).toEqual(['resync']);
    });
  });

  it('loses and repeats nothing over any sequence of cuts', () => {
    let state = 7;
    const random = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state % below;
    };
    const heard: number[] = [];
    let stored = 0;
    let listener = join({ events: [COMPLETED] });
    let seq = listener.seq;
    const take = (): void => {
      heard.push(...(durations(listener) as number[]));
      seq = listener.connection.frames.at(-1)?.seq ?? seq;
      listener.connection.take();
    };
    for (let step = 0; step < 2000; step += 1) {
      const choice = random(10);
      if (choice < 6) store(`agent-${random(4)}`, stored++);
      else if (choice < 9) tick();
      else {
        take();
        listener.client.disconnected();
        for (let i = random(5); i > 0; i -= 1) store('x', stored++);
        if (random(2)) tick();
        listener = join({ events: [COMPLETED], since: { stream: hub.streamId, seq } });
      }
    }
    tick(2);
    take();
    expect(heard).toEqual(Array.from({ length: stored }, (_, i) => i));
  });
});
