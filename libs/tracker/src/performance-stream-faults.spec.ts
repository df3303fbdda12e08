import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { FakeStreamServer } from './fake-stream-server.js';
import { PerformanceStream } from './performance-stream.js';
import { StreamBench } from './stream-bench.js';
import { StreamRefusedError } from './stream-events.js';

const pass = (ms = 0): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe(`${PerformanceStream.name} when things go wrong`, () => {
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

  it('waits longer and longer for a server that is away, and hurries when told to', async () => {
    server.accepts = false;
    const stream = bench.open({ maxRetryMs: 4000 });
    const pauses: number[] = [];
    stream.on('disconnected', ({ retryInMs }) => pauses.push(retryInMs));
    // The clock must not run ahead of what is still to happen at each moment.
    for (let i = 0; i < 80; i += 1) await pass(100);
    expect(pauses.slice(0, 5)).toEqual([500, 1000, 2000, 2000, 2000]);
    server.accepts = true;
    const before = server.sockets.length;
    stream.reconnect();
    await pass();
    expect(server.sockets.length).toBe(before + 1);
    expect(stream.isConnected).toBe(true);
  });

  it('takes a server for gone that does not answer in its silence', async () => {
    const stream = bench.open({ silenceMs: 1000, timeoutMs: 500 });
    await pass();
    await pass(5000);
    expect(server.sockets).toHaveLength(1);
    server.answers = false;
    await pass(1500);
    expect(stream.isConnected).toBe(false);
    server.answers = true;
    await pass(1000);
    expect(stream.isConnected).toBe(true);
  });

  it('connects anew to a server that speaks gibberish', async () => {
    const heard = bench.follow(bench.open());
    await pass();
    server.last.sayRaw('<html>');
    await pass(500);
    expect(server.sockets).toHaveLength(2);
    expect(heard.error).toBeUndefined();
  });

  it.each([401, 403, 404])(
    'throws into the loop what no attempt makes better: %i',
    async (code) => {
      server.accepts = false;
      bench.status = code;
      bench.body = JSON.stringify({ code: 'some-code', detail: 'Because' });
      const heard = bench.follow(bench.open({ apiKey: 'apt_k1', project: 'mine' }));
      await pass(60_000);
      expect(heard.error).toBeInstanceOf(StreamRefusedError);
      expect(String(heard.error)).toContain('Because');
      expect(heard.error).toMatchObject({ code: 'some-code' });
      expect(bench.probes).toEqual([
        {
          url: 'http://tracker:9999/api/v1/agent-performance/agents?project=mine',
          headers: { authorization: 'Bearer apt_k1' },
        },
      ]);
      expect(server.sockets).toHaveLength(1);
    },
  );

  it.each([
    [404, 'Not found, says the proxy'],
    [503, '{"code":"storage-unavailable"}'],
  ])('goes on after %i %s', async (code, text) => {
    server.accepts = false;
    bench.status = code;
    bench.body = text;
    const heard = bench.follow(bench.open());
    await pass(5000);
    server.accepts = true;
    await pass(10_000);
    expect(heard).toEqual({ got: ['resync start 0'], done: false });
  });

  it('ends with a revoked key, after what came before', async () => {
    const stream = bench.open();
    await pass();
    server.complete('a');
    server.last.drop(1008, 'credential_revoked');
    const heard = bench.follow(stream);
    await pass(60_000);
    expect(heard.got).toEqual(['resync start 0', 'taskCompleted 101']);
    expect(heard.error).toMatchObject({ code: 'credential_revoked' });
    expect(server.sockets).toHaveLength(1);
  });

  it('ends with a filter that the server does not understand', async () => {
    server.answer = (socket, { requestId }) =>
      socket.say('error', { requestId, code: 'invalid-request', detail: 'rate: too high' });
    const heard = bench.follow(bench.open({ rate: 99 }));
    await pass();
    expect(heard.error).toMatchObject({ code: 'invalid-request', message: 'rate: too high' });
  });

  it('ends by close(), by a signal and by leaving the loop, and leaves no timer behind', async () => {
    const aborter = new AbortController();
    const list = [bench.open(), bench.open({ signal: aborter.signal }), bench.open()];
    const loops = list.slice(0, 2).map((stream) => bench.follow(stream));
    await pass();
    list[0]?.close();
    aborter.abort();
    for await (const event of list[2] as PerformanceStream) {
      expect(event.type).toBe('resync');
      break;
    }
    await pass();
    expect(loops.map(({ done }) => done)).toEqual([true, true]);
    expect(server.sockets.map(({ readyState }) => readyState)).toEqual([3, 3, 3]);
    expect(jest.getTimerCount()).toBe(0);
    await pass(60_000);
    expect(server.sockets).toHaveLength(3);
  });

  it('does not begin with a signal that has been given', async () => {
    const heard = bench.follow(bench.open({ signal: AbortSignal.abort() }));
    await pass();
    expect(heard.done).toBe(true);
    expect(server.sockets).toEqual([]);
  });

  it('refuses options that cannot work', () => {
    expect(() => bench.open({ url: 'ftp://tracker' })).toThrow(TypeError);
    expect(() => bench.open({ maxBuffer: 0 })).toThrow(RangeError);
  });
});
