import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { EventBus } from '@app/platform';

import {
  FakeConnection,
  aRunningExecution,
  aStoredExecution,
  anAlertChange,
} from '../test/live.fixtures.js';
import { LiveHub } from './live.hub.js';
import { CLOSINGS, LIVE_LIMITS } from './live.limits.js';

const MEBIBYTE = 1024 * 1024;

describe(LiveHub.name, () => {
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

  function join(project = 'default'): FakeConnection & { client: ReturnType<LiveHub['connect']> } {
    const connection = new FakeConnection(project);
    const client = hub.connect(connection);
    connection.take();
    connection.sendCount = 0;
    return Object.assign(connection, { client });
  }

  function tick(): void {
    jest.advanceTimersByTime(LIVE_LIMITS.flushMs);
  }

  function store(count: number, agentId = 'agent-1'): void {
    bus.publish(
      'executionsStored',
      Array.from({ length: count }, () => aStoredExecution({ agentId })),
    );
  }

  it('welcomes a client with its project, the time and the number of the newest event', () => {
    const connection = new FakeConnection();
    hub.connect(connection);
    expect(connection.frames).toHaveLength(1);
    expect(connection.frames[0]).toMatchObject({
      type: 'welcome',
      data: { project: 'default', serverTime: '2026-01-05T10:00:00.000Z' },
    });
    expect(hub.clientCount).toBe(1);
  });

  it('turns each kind of news into its event', () => {
    const connection = join();
    const failed = aStoredExecution({ status: 'timeout', errorType: 'Timeout', durationMs: 900 });
    bus.publish('executionsStarted', [aRunningExecution()]);
    bus.publish('executionsStored', [failed]);
    bus.publish('alertChanged', anAlertChange());
    tick();
    expect(connection.types).toEqual([
      'performance:taskStarted',
      'performance:taskCompleted',
      'performance:metricRecorded',
      'performance:alert',
    ]);
    expect(connection.frames[1]?.data).toMatchObject({
      success: false,
      error: 'Timeout',
      executionTime: 900,
    });
    expect({ agentKey: failed.agentKey, ...connection.frames[2]?.data }).toEqual(failed);
    expect(connection.frames[2]?.data).not.toHaveProperty('agentKey');
  });

  it('numbers the events of a project without gaps, from the welcome on', () => {
    const early = new FakeConnection();
    hub.connect(early);
    store(1);
    const late = new FakeConnection();
    hub.connect(late);
    store(1);
    tick();
    for (const { frames } of [early, late]) {
      const [welcome, ...events] = frames;
      const start = (welcome?.data as { seq: number }).seq;
      expect(events.map((frame) => frame.seq)).toEqual([1, 2, 3, 4].map((step) => start + step));
    }
  });

  it('counts events that nobody heard, so that who comes back sees the gap', () => {
    const seqOnJoining = (): number => {
      const connection = new FakeConnection();
      hub.connect(connection).disconnected();
      return (connection.frames[0]?.data as { seq: number }).seq;
    };
    const before = seqOnJoining();
    store(3);
    expect(seqOnJoining()).toBe(before + 6);
  });

  it('goes on with higher numbers after a restart', () => {
    const before = join();
    store(100);
    tick();
    const restarted = new LiveHub(bus, { now: () => new Date(Date.now() + 1000) });
    const after = new FakeConnection();
    restarted.connect(after);
    const { seq } = after.frames[0]?.data as { seq: number };
    expect(seq).toBeGreaterThan(before.frames.at(-1)?.seq ?? Infinity);
    restarted.stop();
  });

  it('keeps the events of a project from the clients of another', () => {
    const other = join('other');
    const own = join();
    store(1);
    tick();
    expect(own.frames).toHaveLength(2);
    expect(other.frames).toEqual([]);
  });

  it('sends the first event at once and gathers the next for a tick', () => {
    const connection = join();
    store(1);
    jest.advanceTimersByTime(0);
    expect(connection.sendCount).toBe(1);
    for (let i = 0; i < 20; i += 1) {
      store(1);
      jest.advanceTimersByTime(4);
    }
    expect(connection.sendCount).toBe(1);
    tick();
    expect(connection.sendCount).toBe(2);
    expect(connection.frames).toHaveLength(42);
  });

  it('arms no timer while there is nothing to do', () => {
    join();
    store(0);
    expect(jest.getTimerCount()).toBe(0);
    store(1);
    expect(jest.getTimerCount()).toBe(1);
    tick();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('encodes an event once for all clients', () => {
    const [first, second] = [join(), join()];
    hub.subscribe(second.client, { agentIds: ['agent-1'] });
    store(1);
    tick();
    expect(first.frames[0]).toBe(second.frames[0]);
    const third = join();
    store(1);
    tick();
    expect(third.parcels.at(-1)).toBe(first.parcels.at(-1));
  });

  it('sends a client only what it subscribed to', () => {
    const [byAgent, byType, byEvent] = [join(), join(), join()];
    hub.subscribe(byAgent.client, { agentIds: ['agent-2'] });
    hub.subscribe(byType.client, { agentTypes: ['tool_maker'] });
    hub.subscribe(byEvent.client, { events: ['performance:alert'] });
    store(1, 'agent-1');
    store(1, 'agent-2');
    bus.publish('alertChanged', anAlertChange({ agentType: 'tool_maker' }));
    tick();
    expect(byAgent.types).toEqual(['performance:taskCompleted', 'performance:metricRecorded']);
    expect(byType.types).toEqual(['performance:alert']);
    expect(byEvent.types).toEqual(['performance:alert']);
  });

  it('sends the newest of a burst and says how many it left out', () => {
    const connection = join();
    const filtered = join();
    hub.subscribe(filtered.client, { agentIds: ['rare'] });
    store(300);
    store(1, 'rare');
    tick();
    expect(connection.frames).toHaveLength(201);
    expect(new Set(connection.types.slice(0, -1))).toEqual(new Set(['performance:taskCompleted']));
    expect(connection.frames.at(-2)?.data).toMatchObject({ agentId: 'rare' });
    expect(connection.frames.at(-1)).toMatchObject({ type: 'resync', data: { missed: 402 } });
    expect(filtered.types).toEqual(['performance:taskCompleted', 'performance:metricRecorded']);
  });

  it('sends the newest recorded metrics of a burst to who wants nothing else', () => {
    const connection = join();
    hub.subscribe(connection.client, { events: ['performance:metricRecorded'] });
    store(250);
    tick();
    expect(connection.frames).toHaveLength(201);
    expect(connection.frames.at(-1)).toMatchObject({ type: 'resync', data: { missed: 50 } });
  });

  it('accounts for every event of a flood that outgrows the queue', () => {
    const connection = join();
    store(LIVE_LIMITS.pendingEvents);
    tick();
    const { missed } = connection.frames.at(-1)?.data as { missed: number };
    expect(missed + LIVE_LIMITS.burstEvents).toBe(2 * LIVE_LIMITS.pendingEvents);
    store(1);
    tick();
    const [lastOfFlood, , next] = connection.frames.slice(-4);
    expect(lastOfFlood?.seq).toBe((next?.seq ?? 0) - 2);
  });

  it('holds back from a slow client, then tells it once what it missed', () => {
    const [slow, fast] = [join(), join()];
    slow.buffered = MEBIBYTE + 1;
    store(3);
    tick();
    slow.buffered = LIVE_LIMITS.lowWaterBytes;
    store(2);
    tick();
    expect(slow.frames).toEqual([]);
    expect(fast.frames).toHaveLength(10);

    slow.buffered = LIVE_LIMITS.lowWaterBytes - 1;
    tick();
    expect(slow.frames).toMatchObject([
      { type: 'resync', data: { reason: 'slow_consumer', missed: 10 } },
    ]);
    slow.take();
    store(1);
    tick();
    expect(slow.types).toEqual(['performance:taskCompleted', 'performance:metricRecorded']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('lets the rest of a burst wait for who reads it soon, and keeps little for it', () => {
    const reader = join();
    reader.isStalled = true;
    const message = 'x'.repeat(50_000);
    for (let i = 0; i < 60; i += 1) bus.publish('alertChanged', anAlertChange({ message }));
    for (let i = 0; i < 4; i += 1) {
      tick();
      expect(reader.mostBuffered).toBeLessThanOrEqual(MEBIBYTE);
      reader.buffered = 0;
    }
    for (let i = 0; i < 12; i += 1) {
      tick();
      reader.buffered = 0;
    }
    expect(reader.types).toEqual(Array.from({ length: 60 }, () => 'performance:alert'));
  });

  it('gives the rest of a burst up for who stops reading, and counts it', () => {
    const [slow, fast] = [join(), join()];
    slow.isStalled = true;
    const message = 'x'.repeat(50_000);
    for (let i = 0; i < 60; i += 1) bus.publish('alertChanged', anAlertChange({ message }));
    for (let i = 0; i < 10; i += 1) tick();
    expect(slow.mostBuffered).toBeGreaterThan(MEBIBYTE / 2);
    expect(slow.mostBuffered).toBeLessThanOrEqual(MEBIBYTE);
    expect(fast.types).toEqual(Array.from({ length: 60 }, () => 'performance:alert'));
    const taken = slow.take().length;
    slow.buffered = 0;
    tick();
    expect(slow.frames).toMatchObject([{ type: 'resync', data: { missed: 60 - taken } }]);
  });

  it('closes a client that stays slow for more than 30 s', () => {
    const slow = join();
    slow.buffered = MEBIBYTE + 1;
    store(1);
    jest.advanceTimersByTime(LIVE_LIMITS.stallMs);
    expect(slow.closing).toBeNull();
    jest.advanceTimersByTime(2 * LIVE_LIMITS.flushMs);
    expect(slow.closing).toBe(CLOSINGS.slowConsumer);
    expect(hub.clientCount).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('drops a client whose connection throws, and serves the others', () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const broken = join();
    const other = join();
    jest.spyOn(broken, 'send').mockImplementation(() => {
      throw new Error('broken pipe');
    });
    store(1);
    tick();
    expect(broken.closing).not.toBeNull();
    expect(other.frames).toHaveLength(2);
    expect(hub.clientCount).toBe(1);
    expect(logged).toHaveBeenCalledTimes(1);
    logged.mockRestore();
  });

  it('forgets a client that has gone, however often it is told', () => {
    const connection = join();
    connection.client.disconnected();
    connection.client.disconnected();
    store(1);
    tick();
    expect(connection.frames).toEqual([]);
    expect(hub.clientCount).toBe(0);
  });

  it('stops by sending what is left, saying goodbye, and listening no more', () => {
    const connection = join();
    store(1);
    hub.stop();
    expect(connection.frames).toHaveLength(2);
    expect(connection.closing).toBe(CLOSINGS.stopping);
    store(1);
    expect(hub.isClosed).toBe(true);
    expect(hub.clientCount).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});
