import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { FakeStreamServer } from './fake-stream-server.js';
import { PerformanceStream } from './performance-stream.js';
import { StreamBench } from './stream-bench.js';

const pass = (ms = 0): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe(PerformanceStream.name, () => {
  let bench: StreamBench;
  let server: FakeStreamServer;

  beforeEach(() => {
    jest.useFakeTimers();
    bench = new StreamBench();
    server = bench.server;
  });
  afterEach(() => {
    bench.close();
    jest.useRealTimers();
  });

  it('hands on events in order, after the word that nothing was heard before', async () => {
    const { got } = bench.follow(bench.open());
    await pass();
    server.complete('a');
    server.last.say('batch', [
      { type: 'performance:taskStarted', data: { agentId: 'b' }, seq: 102 },
      { type: 'performance:alert', data: { alert: { id: 'x' } }, seq: 103 },
    ]);
    await pass();
    expect(got).toEqual(['resync start 0', 'taskCompleted 101', 'taskStarted 102', 'alert 103']);
  });

  it('asks for its project, shows its key as a subprotocol and says what it wants', async () => {
    bench.open({ project: 'sample', apiKey: 'apt_k1', agentIds: ['a'], rate: 2, mode: 'latest' });
    await pass();
    expect(server.last.url).toBe('ws://tracker:9999/agent-performance?project=sample&hold=1');
    expect(server.last.protocols).toEqual(['apt.v1', 'apt.key.apt_k1']);
    expect(server.last.asked).toEqual([
      { type: 'subscribe', requestId: 's1', batch: true, agentIds: ['a'], rate: 2, mode: 'latest' },
    ]);
  });

  it('goes on where it was after a loss, and hands on nothing twice', async () => {
    const { got } = bench.follow(bench.open());
    await pass();
    server.complete('a');
    server.last.drop();
    await pass(500);
    expect(server.last.asked[0]).toMatchObject({ since: { stream: 'one', seq: 101 } });
    server.complete('a', 101);
    server.complete('a', 102);
    await pass();
    expect(got).toEqual(['resync start 0', 'taskCompleted 101', 'taskCompleted 102']);
  });

  it.each([
    ['another process numbers differently', 'two', 'restart'],
    ['the server does not remember so far back', 'one', 'expired'],
  ])('says resync when %s', async (_, stream, reason) => {
    const { got } = bench.follow(bench.open());
    await pass();
    server.complete('a');
    server.last.drop();
    server.stream = stream;
    server.seq = 7;
    server.resumes = () => false;
    await pass(500);
    server.complete('a');
    await pass();
    expect(got).toEqual([
      'resync start 0',
      'taskCompleted 101',
      `resync ${reason} 0`,
      'taskCompleted 8',
    ]);
  });

  it('gets along with a server that names no streams', async () => {
    server.stream = undefined;
    const { got, error } = bench.follow(bench.open({ events: ['performance:taskCompleted'] }));
    await pass();
    expect(server.last.asked[0]).toEqual({
      type: 'subscribe',
      requestId: 's1',
      events: ['performance:taskCompleted'],
    });
    server.complete('a');
    server.last.drop();
    await pass(500);
    server.last.drop();
    server.seq = 300;
    await pass(500);
    // Nothing had happened during the first loss.
    expect(got).toEqual(['resync start 0', 'taskCompleted 101', 'resync restart 0']);
    expect(error).toBeUndefined();
  });

  it('ignores what comes before the answer to its subscription', async () => {
    server.answers = false;
    const { got } = bench.follow(bench.open());
    await pass();
    server.complete('stranger');
    server.answers = true;
    server.answer(server.last, server.last.asked[0] as never);
    server.complete('a');
    await pass();
    expect(got).toEqual(['resync start 0', 'taskCompleted 102']);
  });

  it('reads the state when the loop comes to a resync, and again where that fails', async () => {
    const readState = jest
      .fn<() => Promise<number>>()
      .mockRejectedValueOnce(new Error('away'))
      .mockResolvedValue(42);
    const { got } = bench.follow(bench.open<number>({ readState }));
    await pass();
    server.complete('a');
    await pass();
    expect(got).toEqual([]);
    await pass(1000);
    expect(got).toEqual(['resync start 0 42', 'taskCompleted 101']);
    server.last.say('resync', { reason: 'gap', missed: 3 });
    server.last.say('resync', { reason: 'gap', missed: 2 });
    await pass();
    // Read once for both.
    expect(got.slice(2)).toEqual(['resync gap 5 42']);
    expect(readState).toHaveBeenCalledTimes(3);
  });

  it('gets the figures with the start and each resync, where asked for', async () => {
    const { got } = bench.follow(bench.open({ snapshot: true }));
    await pass();
    expect(server.last.asked).toMatchObject([{ batch: true }, { snapshot: true }]);
    expect(server.last.asked[0]).not.toHaveProperty('snapshot');
    server.last.say('performance:summary', { seq: 100, total: 0, agents: [] });
    server.last.say('resync', { reason: 'slow_consumer', missed: 1 });
    await pass();
    expect(server.last.asked).toHaveLength(3);
    expect(got).toEqual(['resync start 0', 'summary', 'resync slow_consumer 1']);
  });

  it('changes what it hears on the same connection, and keeps that over a loss', async () => {
    const stream = bench.open({ agentIds: ['a'] });
    await pass();
    stream.subscribe({ agentTypes: ['cognitive'] });
    server.last.drop();
    await pass(500);
    expect(server.sockets[0]?.asked[1]).toMatchObject({ agentTypes: ['cognitive'] });
    expect(server.sockets[0]?.asked[1]).not.toHaveProperty('agentIds');
    expect(server.last.asked[0]).toMatchObject({ agentTypes: ['cognitive'] });
  });

  describe('for a loop that takes its time', () => {
    it('leaves out the oldest, and says how many', async () => {
      const stream = bench.open({ maxBuffer: 100 });
      await pass();
      for (let i = 0; i < 1000; i += 1) server.complete(`agent ${i % 10}`);
      const heard = bench.follow(stream);
      await pass();
      const missed = heard.got
        .filter((text) => text.startsWith('resync'))
        .reduce((sum, text) => sum + Number(text.split(' ')[2]), 0);
      expect(heard.got.length).toBeLessThanOrEqual(100);
      expect(heard.got[0]).toMatch(/^resync slow_reader/);
      expect(heard.got.at(-1)).toBe('taskCompleted 1100');
      expect(missed + heard.got.length - 1).toBe(1000);
      expect(stream.missed).toBe(missed);
    });

    it('keeps the newest of each agent, where that is the policy', async () => {
      const stream = bench.open({ maxBuffer: 100, overflow: 'superseded' });
      await pass();
      server.complete('rare');
      for (let i = 0; i < 1000; i += 1) server.complete(`agent ${i % 10}`);
      const heard = bench.follow(stream);
      await pass();
      expect(heard.got.slice(0, 2)).toEqual(['resync start 0', 'taskCompleted 101']);
      expect(heard.got.at(-1)).toBe('taskCompleted 1101');
      expect(stream.missed).toBe(0);
    });
  });
});
