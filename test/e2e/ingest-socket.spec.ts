import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { INGEST_MESSAGE_BYTES, LIMITS } from '@app/contracts';
import type { Answer, ExecutionRecord, IngestResult } from '@app/contracts';
import fc from 'fast-check';
import pg from 'pg';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';
import { IngestClient } from '../support/ingest-client.js';

const aRecord = (changes: Partial<Record<keyof ExecutionRecord, unknown>> = {}): object => ({
  executionId: randomUUID(),
  agentId: 'streamer-1',
  agentType: 'cognitive',
  taskId: 'task-1',
  status: 'success',
  startedAt: new Date(Date.now() - 5000).toISOString(),
  durationMs: 1200,
  ...changes,
});

let server: BootedApp;
let database: pg.Client;

beforeAll(async () => {
  server = await bootApp();
  database = new pg.Client({ connectionString: server.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await server.close();
});

const storedIds = async (agentId: string): Promise<string[]> => {
  const { rows } = await database.query<{ execution_id: string }>(
    `SELECT m.execution_id FROM agent_performance_metrics m JOIN agents a USING (agent_key)
     WHERE a.agent_id = $1 ORDER BY 1`,
    [agentId],
  );
  return rows.map((row) => row.execution_id);
};

describe('the ingest socket', () => {
  it('has committed what it acknowledges, one record or many a message', async () => {
    const client = await IngestClient.connect(server.url);
    const ids = Array.from({ length: 500 }, () => randomUUID()).sort();
    for (const executionId of ids.slice(0, 300)) {
      client.send(aRecord({ agentId: 'simple', executionId }));
    }
    client.send([]);
    client.send(ids.slice(300).map((executionId) => aRecord({ agentId: 'simple', executionId })));
    expect(await client.settled()).toEqual({
      acked: 302,
      accepted: 500,
      duplicates: 0,
      rejected: [],
    });
    expect(await storedIds('simple')).toEqual(ids);
    // Those of one turn of the event loop share an answer.
    expect(client.acknowledgements.length).toBeLessThan(150);
    await client.close();
  });

  it('comes to the same verdicts as HTTP', async () => {
    const start = aRecord({ agentId: 'same', status: 'running', durationMs: undefined });
    const batch = [
      aRecord({ agentId: 'same' }),
      start,
      { ...start, status: 'success', durationMs: 10 },
      aRecord({ complexity: 2.5 }),
      aRecord({ taskName: 'zero\u0000byte' }),
      aRecord({ startedAt: '2019-01-01T00:00:00Z' }),
      aRecord({ startedAt: new Date(Date.now() + 600_000).toISOString() }),
      { ...aRecord(), colour: 'red' },
      aRecord({ metadata: JSON.parse('[['.repeat(20) + ']]'.repeat(20)) as unknown }),
      aRecord({ agentId: 'nobody', startedAt: undefined, durationMs: undefined }),
      'no object',
      null,
      [[]],
    ];
    const client = await IngestClient.connect(server.url);
    client.send(batch);
    const { acked, ...over } = await client.settled();
    expect(acked).toBe(1);
    const http = await server.send<Answer<IngestResult>>('POST', '/metrics', batch);
    const rejected = http.body.data.rejected.map((problem) => ({ message: 1, ...problem }));
    expect(over.rejected.map(({ index }) => index)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(over.rejected).toEqual(rejected);
    expect([over.accepted, over.duplicates]).toEqual([3, 0]);
    await client.close();
  });

  it('names a message that cannot be read, and goes on', async () => {
    const client = await IngestClient.connect(server.url);
    client.send('{"secret-canary": ');
    client.send('');
    client.send('[[[[[[[[[[1]]]]]]]]]]');
    client.send('['.repeat(100_000) + ']'.repeat(100_000));
    client.send(Array.from({ length: LIMITS.batchRecords + 1 }, () => 0));
    client.send(aRecord({ agentId: 'patient' }));
    const { acked, accepted, rejected } = await client.settled();
    expect([acked, accepted]).toEqual([6, 1]);
    expect(rejected.map(({ message, index, code }) => [message, index, code])).toEqual(
      [1, 2, 3, 4, 5].map((message) => [message, 0, 'invalid-record']),
    );
    expect(JSON.stringify(client.acknowledgements)).not.toContain('canary');
    expect(rejected[4]?.detail).toContain('10000 records');
    await client.close();
  });

  it('acknowledges what came before a binary message, and closes', async () => {
    const client = await IngestClient.connect(server.url);
    client.send(aRecord({ agentId: 'binary' }));
    client.webSocket.send(Buffer.from(JSON.stringify(aRecord({ agentId: 'binary' }))));
    client.webSocket.send(JSON.stringify(aRecord({ agentId: 'binary' })));
    expect(await client.closed).toEqual({ code: 1003, reason: 'text messages only' });
    expect(client.total()).toMatchObject({ acked: 1, accepted: 1 });
    expect(await storedIds('binary')).toHaveLength(1);
  });

  it('closes for a message that is too large or not UTF-8, and bears the largest', async () => {
    const large = await IngestClient.connect(server.url);
    const padding = ' '.repeat(INGEST_MESSAGE_BYTES - 2);
    large.send(`[${padding}]`);
    expect(await large.settled()).toMatchObject({ acked: 1, rejected: [] });
    large.send(`[${padding} ]`);
    expect((await large.closed).code).toBe(1009);
    const garbled = await IngestClient.connect(server.url);
    garbled.webSocket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
    expect((await garbled.closed).code).toBe(1007);
  });

  it('stores in the project of its address', async () => {
    const client = await IngestClient.connect(server.url, '?project=sample');
    client.send(aRecord({ agentId: 'elsewhere' }));
    await client.settled();
    const { rows } = await database.query<{ slug: string }>(
      `SELECT slug FROM agents JOIN projects USING (project_id) WHERE agent_id = 'elsewhere'`,
    );
    expect(rows).toEqual([{ slug: 'sample' }]);
    await client.close();
  });

  it.each([
    [404, '?project=absent', {}],
    [400, '?project=No%00Slug', {}],
    [400, '?project=a&project=b', {}],
    [400, '?projct=sample', {}],
    [404, '/more', {}],
    [403, '', { origin: 'http://evil.example' }],
    [403, '', { origin: 'null' }],
    [403, '', { headers: { host: 'evil.example' } }],
    [403, '/more', { headers: { host: 'evil.example' } }],
  ])('answers %i to %j with %j', async (status, query, options) => {
    const refused = `Unexpected server response: ${status}`;
    await expect(IngestClient.connect(server.url, query, options)).rejects.toThrow(refused);
  });

  it('lets its own pages in', async () => {
    const client = await IngestClient.connect(server.url, '', { origin: server.url });
    client.send(aRecord());
    expect(await client.settled()).toMatchObject({ accepted: 1 });
    await client.close();
  });
});

describe('records over the live sockets', () => {
  const good = aRecord({ agentId: 'live' });
  const bad = aRecord({ agentId: 'live', cpuPercent: -1 });
  const expected = {
    accepted: 1,
    duplicates: 1,
    rejected: [{ index: 2, code: 'invalid-value', path: 'cpuPercent' }],
  };

  it('are answered by Socket.IO as by HTTP', async () => {
    const socket = io(`${server.url}/agent-performance`, { transports: ['websocket'] });
    const ask = (request: object): Promise<unknown> => socket.emitWithAck('ingest', request);
    expect(await ask({ records: [good, good, bad], requestId: 'r' })).toMatchObject({
      requestId: 'r',
      data: expected,
    });
    expect(await ask({ records: good })).toEqual({
      data: { accepted: 0, duplicates: 1, rejected: [] },
    });
    expect(await ask({ records: bad })).toMatchObject({ code: 'invalid-request' });
    expect(await ask({})).toMatchObject({ code: 'invalid-request' });
    expect(await storedIds('live')).toHaveLength(1);
    socket.close();
  });

  it('are answered by the plain socket as by HTTP', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/agent-performance`);
    const heard: { type: string; data: Record<string, unknown> }[] = [];
    socket.on('message', (raw: Buffer) => heard.push(JSON.parse(raw.toString()) as never));
    await eventually(() => heard[0], 'the welcome');
    const again = aRecord({ agentId: 'live-2' });
    socket.send(JSON.stringify({ type: 'ingest', requestId: 'r', records: [again, again, bad] }));
    socket.send(JSON.stringify({ type: 'ingest', requestId: 's', data: { records: bad } }));
    const answer = (id: string): Promise<unknown> =>
      eventually(() => heard.find(({ data }) => data['requestId'] === id), `an answer to ${id}`);
    expect(await answer('r')).toMatchObject({ type: 'reply', data: { data: expected } });
    expect(await answer('s')).toMatchObject({ type: 'error', data: { code: 'invalid-request' } });
    expect(await storedIds('live-2')).toHaveLength(1);
    socket.close();
  });
});

describe('any mixture of messages over several connections', () => {
  const startedAt = new Date(Date.now() - 60_000).toISOString();
  const ids = Array.from({ length: 12 }, () => randomUUID());
  /** What is wrong with a record → the code that says so. */
  const faults: [code: string, fault: unknown][] = [
    ['missing-field', { taskId: undefined }],
    ['unknown-field', { colour: 'red' }],
    ['invalid-value', { status: 'done' }],
    ['too-old', { startedAt: '2019-01-01T00:00:00Z' }],
    ['invalid-record', 7],
  ];
  const item = fc.oneof(
    { weight: 3, arbitrary: fc.record({ id: fc.constantFrom(...ids) }) },
    { weight: 1, arbitrary: fc.record({ fault: fc.constantFrom(...faults) }) },
  );
  const message = fc.oneof(
    { weight: 4, arbitrary: fc.record({ one: item }) },
    { weight: 4, arbitrary: fc.record({ many: fc.array(item, { maxLength: 8 }) }) },
    { weight: 1, arbitrary: fc.record({ text: fc.constantFrom('{', '[1', 'nil', '') }) },
  );
  type Item = { id: string } | { fault: [string, unknown] };
  type Message = { one: Item } | { many: Item[] } | { text: string };
  const itemsOf = (sent: Message): Item[] =>
    'one' in sent ? [sent.one] : 'many' in sent ? sent.many : [];
  let runs = 0;

  it('comes to what a plain count comes to', async () => {
    const run = async (connections: Message[][]): Promise<void> => {
      const agentId = `model-${(runs += 1)}`;
      const recordOf = (sent: Item): unknown => {
        if ('id' in sent) return aRecord({ agentId, executionId: sent.id, startedAt });
        const [, fault] = sent.fault;
        return typeof fault === 'object' ? { ...aRecord({ agentId }), ...fault } : fault;
      };
      const send = async (messages: Message[]): Promise<IngestClient> => {
        const client = await IngestClient.connect(server.url);
        for (const sent of messages) {
          if ('text' in sent) client.send(sent.text);
          else client.send('one' in sent ? recordOf(sent.one) : sent.many.map(recordOf));
        }
        await client.settled();
        await client.close();
        return client;
      };
      const clients = await Promise.all(connections.map(send));
      for (const [at, messages] of connections.entries()) {
        const rejected = messages.flatMap((sent, index) =>
          'text' in sent
            ? [[index + 1, 0, 'invalid-record']]
            : itemsOf(sent).flatMap((of, place) =>
                'fault' in of ? [[index + 1, place, of.fault[0]]] : [],
              ),
        );
        const told = clients[at]?.total().rejected ?? [];
        expect(told.map(({ message: of, index, code }) => [of, index, code])).toEqual(rejected);
      }
      const good = connections.flat().flatMap(itemsOf);
      const sentIds = good.flatMap((sent) => ('id' in sent ? [sent.id] : []));
      const distinct = [...new Set(sentIds)].sort();
      const sum = (of: 'accepted' | 'duplicates'): number =>
        clients.reduce((total, client) => total + client.total()[of], 0);
      expect(sum('accepted')).toBe(distinct.length);
      expect(sum('duplicates')).toBe(sentIds.length - distinct.length);
      expect(await storedIds(agentId)).toEqual(distinct);
    };
    const connections = fc.array(fc.array(message, { maxLength: 25 }), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(fc.asyncProperty(connections, run), { numRuns: 40, seed: 11 });
  });
});
