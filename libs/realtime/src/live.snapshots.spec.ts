import { EventBus } from '@app/platform';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { FakeConnection, aStoredExecution } from '../test/live.fixtures.js';
import type { LiveClient } from './live.client.js';
import { LiveHub } from './live.hub.js';
import { LIVE_LIMITS } from './live.limits.js';
import type { LiveQueries } from './live.queries.js';
import { LiveSnapshots } from './live.snapshots.js';

describe(LiveSnapshots.name, () => {
  const clock = { now: () => new Date() };
  const agentMetrics = jest.fn<LiveQueries['agentMetrics']>();
  let bus: EventBus;
  let hub: LiveHub;
  let snapshots: LiveSnapshots;

  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-01-05T10:00:00Z') });
    agentMetrics.mockReset().mockResolvedValue([]);
    bus = new EventBus();
    hub = new LiveHub(bus, clock);
    hub.onModuleInit();
    const unused = (): never => {
      throw new Error('not asked for');
    };
    snapshots = new LiveSnapshots(hub, { agentMetrics, trends: unused, ingest: unused }, clock);
  });
  afterEach(() => {
    hub.stop();
    jest.useRealTimers();
  });

  const join = (): LiveClient => hub.connect(new FakeConnection());
  const happen = async (): Promise<void> => {
    bus.publish('executionsStored', [aStoredExecution()]);
    await jest.advanceTimersByTimeAsync(LIVE_LIMITS.flushMs);
  };

  it('asks once for all who come back at the same time', async () => {
    const frames = await Promise.all(
      Array.from({ length: 1000 }, async () => await snapshots.of(join())),
    );
    expect(agentMetrics).toHaveBeenCalledTimes(1);
    expect(new Set(frames).size).toBe(1);
  });

  it('leaves no event between the figures and the first event that a newcomer hears', async () => {
    join();
    await snapshots.of(join());
    await happen();
    const { seq } = hub.subscribe(join(), {}).subscribed;
    const newcomer = snapshots.of(join());
    await jest.advanceTimersByTimeAsync(LIVE_LIMITS.snapshotMs);
    expect((await newcomer).data.seq).toBeGreaterThanOrEqual(seq);
  });

  it('asks at most once a second while events and clients keep coming', async () => {
    const answers: Promise<unknown>[] = [];
    for (let step = 0; step < 100; step += 1) {
      for (let i = 0; i < 10; i += 1) answers.push(snapshots.of(join()));
      await happen();
    }
    await jest.advanceTimersByTimeAsync(LIVE_LIMITS.snapshotMs);
    await Promise.all(answers);
    expect(agentMetrics.mock.calls.length).toBeGreaterThan(5);
    expect(agentMetrics.mock.calls.length).toBeLessThanOrEqual(12);
  });

  it('waits for the query that is under way before it asks again', async () => {
    let release: (rows: unknown) => void = () => undefined;
    agentMetrics.mockReturnValueOnce(new Promise((resolve) => (release = resolve)));
    join();
    const first = snapshots.of(join());
    await happen();
    const second = snapshots.of(join());
    await jest.advanceTimersByTimeAsync(5 * LIVE_LIMITS.snapshotMs);
    expect(agentMetrics).toHaveBeenCalledTimes(1);
    release([]);
    const older = await first;
    await jest.advanceTimersByTimeAsync(LIVE_LIMITS.snapshotMs);
    expect((await second).data.seq).toBeGreaterThan(older.data.seq);
    expect(agentMetrics).toHaveBeenCalledTimes(2);
  });

  it('asks anew after a failure', async () => {
    agentMetrics.mockImplementationOnce(() => {
      throw new Error('away');
    });
    await expect(snapshots.of(join())).rejects.toThrow('away');
    const again = snapshots.of(join());
    await jest.advanceTimersByTimeAsync(LIVE_LIMITS.snapshotMs);
    expect((await again).type).toBe('performance:summary');
  });
});
