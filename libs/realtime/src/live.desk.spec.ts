import { Logger } from '@nestjs/common';
import { DomainError, EventBus } from '@app/platform';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';

import { FakeConnection } from '../test/live.fixtures.js';
import type { LiveClient } from './live.client.js';
import { LiveDesk } from './live.desk.js';
import { LiveHub } from './live.hub.js';
import { LIVE_LIMITS } from './live.limits.js';
import type { LiveQueries } from './live.queries.js';
import { LiveSnapshots } from './live.snapshots.js';

describe(LiveDesk.name, () => {
  const agentMetrics = jest.fn<LiveQueries['agentMetrics']>();
  const trends = jest.fn<LiveQueries['trends']>();
  const ingest = jest.fn<LiveQueries['ingest']>();
  const clock = { now: () => new Date('2026-01-05T10:00:00Z') };
  let desk: LiveDesk;
  let client: LiveClient;
  let connection: FakeConnection;

  beforeEach(() => {
    agentMetrics.mockReset().mockResolvedValue({ successRate: 90 });
    trends.mockReset().mockResolvedValue([]);
    ingest.mockReset();
    const queries = { agentMetrics, trends, ingest };
    const hub = new LiveHub(new EventBus(), clock);
    desk = new LiveDesk(hub, new LiveSnapshots(hub, queries, clock), queries, clock);
    client = hub.connect((connection = new FakeConnection('sample')));
    connection.take();
  });

  it('answers a ping with the time and the id of the request', async () => {
    expect(await desk.ask(client, 'ping', { requestId: 7 })).toMatchObject({
      type: 'pong',
      data: { requestId: '7', serverTime: '2026-01-05T10:00:00.000Z' },
    });
  });

  it('asks for the metrics of the project that the client is in', async () => {
    const answer = await desk.ask(client, 'getAgentMetrics', { agentId: 'a', requestId: 'r' });
    expect(agentMetrics).toHaveBeenCalledWith('sample', 'a');
    expect(answer).toMatchObject({
      type: 'reply',
      data: { requestId: 'r', data: { successRate: 90 } },
    });
    await desk.ask(client, 'getAgentMetrics', undefined);
    expect(agentMetrics).toHaveBeenLastCalledWith('sample', undefined);
  });

  it('stores records in the project that the client is in', async () => {
    const result = { accepted: 1, duplicates: 0, rejected: [] };
    ingest.mockResolvedValue(result);
    const record = { agentId: 'a' };
    const answer = await desk.ask(client, 'ingest', { records: record, requestId: 'r' });
    expect(ingest).toHaveBeenCalledWith('sample', record);
    expect(answer).toMatchObject({ type: 'reply', data: { requestId: 'r', data: result } });
    ingest.mockRejectedValue(new DomainError('storage-unavailable', 503));
    expect(await desk.ask(client, 'ingest', { records: [record] })).toMatchObject({
      type: 'error',
      data: { code: 'storage-unavailable' },
    });
  });

  it('takes a week of days unless trends are asked for otherwise', async () => {
    await desk.ask(client, 'getPerformanceTrends', { agentId: 'a' });
    expect(trends).toHaveBeenLastCalledWith('sample', 'a', 'day', 7);
    await desk.ask(client, 'getPerformanceTrends', { agentId: 'a', period: 'hour', lookback: 24 });
    expect(trends).toHaveBeenLastCalledWith('sample', 'a', 'hour', 24);
  });

  it('replaces the subscription and says what holds now', async () => {
    const wanted = { agentIds: ['a'], events: ['performance:alert'] };
    const answer = await desk.ask(client, 'subscribe', wanted);
    expect(answer).toMatchObject({ type: 'reply', data: { data: wanted } });
    expect(client.wish.subscription).toEqual(wanted);
    await desk.ask(client, 'subscribe', {});
    expect(client.wish.subscription).toEqual({});
  });

  it('sends the state after the answer, asked for once however many want it', async () => {
    const rows = [
      { agentId: 'a', agentType: 'x' },
      { agentId: 'b', agentType: 'y' },
    ];
    agentMetrics.mockResolvedValue(rows);
    client.tell(await desk.ask(client, 'subscribe', { agentIds: ['b'], snapshot: true }));
    client.tell(await desk.ask(client, 'subscribe', { snapshot: true }));
    await new Promise(setImmediate);
    expect(agentMetrics).toHaveBeenCalledTimes(1);
    expect(agentMetrics).toHaveBeenCalledWith('sample');
    const said = connection.take();
    expect(said.map(({ type }) => type).sort()).toEqual([
      'performance:summary',
      'performance:summary',
      'reply',
      'reply',
    ]);
    const states = said.filter(({ type }) => type === 'performance:summary');
    expect(states[0]?.data).toMatchObject({ total: 1, agents: [rows[1]] });
    expect(states[1]?.data).toMatchObject({ total: 2, agents: rows });
  });

  it('says so when there is no state to be had', async () => {
    agentMetrics.mockRejectedValue(new DomainError('storage-unavailable', 503));
    client.tell(await desk.ask(client, 'subscribe', { snapshot: true, requestId: 'r' }));
    await new Promise(setImmediate);
    expect(connection.take().at(-1)).toMatchObject({
      type: 'error',
      data: { requestId: 'r', code: 'storage-unavailable' },
    });
  });

  it.each([
    ['subscribe', []],
    ['subscribe', 'agent-1'],
    ['subscribe', null],
    ['subscribe', { agentIds: 'a' }],
    ['subscribe', { agentIds: [1] }],
    ['subscribe', { agentIds: Array.from({ length: 101 }, (_, i) => `a${i}`) }],
    ['subscribe', { agentTypes: ['x'.repeat(201)] }],
    ['subscribe', { events: ['toString'] }],
    ['subscribe', { agentId: 'a' }],
    ['subscribe', { severities: ['fatal'] }],
    ['subscribe', { rate: 0 }],
    ['subscribe', { rate: 11 }],
    ['subscribe', { rate: '5' }],
    ['subscribe', { mode: 'newest' }],
    ['subscribe', { batch: 1 }],
    ['subscribe', { snapshot: 'yes' }],
    ['subscribe', { since: 5 }],
    ['subscribe', { since: { stream: 'x' } }],
    ['subscribe', { since: { stream: 'x', seq: 1.5 } }],
    ['subscribe', { since: { stream: 'x', seq: 1, more: 1 } }],
    ['subscribe', JSON.parse('{"__proto__": {"agentIds": ["a"]}}') as unknown],
    ['ping', { payload: 1 }],
    ['ingest', undefined],
    ['ingest', []],
    ['ingest', { records: 'x' }],
    ['ingest', { records: null }],
    ['ingest', { records: [], project: 'other' }],
    ['getAgentMetrics', { agentId: '' }],
    ['getPerformanceTrends', {}],
    ['getPerformanceTrends', { agentId: 'a', period: 'year' }],
    ['getPerformanceTrends', { agentId: 'a', lookback: 1e9 }],
    ['getPerformanceTrends', { agentId: 'a', lookback: '7' }],
    ['getPerformanceTrends', { agentId: 'a', lookback: 1.5 }],
  ])('refuses %s with %j', async (type, parameters) => {
    const before = client.wish;
    expect(await desk.ask(client, type, parameters)).toMatchObject({
      type: 'error',
      data: { code: 'invalid-request' },
    });
    expect(client.wish).toBe(before);
    expect(agentMetrics).not.toHaveBeenCalled();
    expect(trends).not.toHaveBeenCalled();
    expect(ingest).not.toHaveBeenCalled();
  });

  it.each(['', 'constructor', 'getSwarmMetrics'])('knows no request named "%s"', async (type) => {
    expect(await desk.ask(client, type, { requestId: 'r' })).toMatchObject({
      type: 'error',
      data: { requestId: 'r', code: 'unknown_type' },
    });
  });

  it('shows an expected failure and hides an unexpected one', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    agentMetrics.mockRejectedValueOnce(new DomainError('unknown-agent', 404, 'No agent "a"'));
    expect(await desk.ask(client, 'getAgentMetrics', { agentId: 'a' })).toMatchObject({
      data: { code: 'unknown-agent', detail: 'No agent "a"' },
    });
    expect(logged).not.toHaveBeenCalled();
    agentMetrics.mockImplementationOnce(() => {
      throw new Error('password=secret');
    });
    const answer = await desk.ask(client, 'getAgentMetrics', {});
    expect(answer).toMatchObject({ type: 'error', data: { code: 'internal' } });
    expect(JSON.stringify(answer.data)).not.toContain('secret');
    expect(logged).toHaveBeenCalledTimes(1);
    logged.mockRestore();
  });

  it('lets one client have only so many queries under way', async () => {
    let release: (value: unknown) => void = () => undefined;
    agentMetrics.mockReturnValue(new Promise((resolve) => (release = resolve)));
    const underWay = Array.from({ length: LIVE_LIMITS.queriesInFlight }, () =>
      desk.ask(client, 'getAgentMetrics', {}),
    );
    const refused = await desk.ask(client, 'getAgentMetrics', {});
    expect(refused).toMatchObject({ type: 'error', data: { code: 'overloaded' } });
    release({});
    await Promise.all(underWay);
    expect(await desk.ask(client, 'getAgentMetrics', {})).toMatchObject({ type: 'reply' });
  });
});
