import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGzip, gzip, gzipSync, zstdCompressSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, IngestResult, Problem } from '@app/contracts';
import fc from 'fast-check';
import pg from 'pg';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { aRecord, openIngest, toNdjson, write } from '../support/ingest-requests.js';
import { eventually } from '../support/eventually.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is really held, by the server and this test together. */
function liveBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const NDJSON = { 'content-type': 'application/x-ndjson' };
const MIB = 1024 * 1024;

describe('NDJSON', () => {
  let server: BootedApp;
  let client: pg.Client;

  beforeAll(async () => {
    server = await bootApp();
    client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await server.close();
  });

  const post = async <T>(
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: T }> => {
    const url = `${server.url}${API}/metrics`;
    const answer = await fetch(url, { method: 'POST', body, headers: { ...NDJSON, ...headers } });
    return { status: answer.status, body: (await answer.json()) as T };
  };
  const storedOf = async (agentId: string): Promise<number> => {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM agent_performance_metrics
       JOIN agents USING (agent_key) WHERE agent_id = $1`,
      [agentId],
    );
    return rows[0]?.n ?? 0;
  };
  const records = (agentId: string, count: number): object[] =>
    Array.from({ length: count }, (_, index) => aRecord({ agentId, taskId: `task-${index}` }));

  it('is of any length: more than a JSON body may hold, in bounded memory', async () => {
    const count = 60_000;
    const pad = 'x'.repeat(3000);
    let sent = 0;
    const { body, answer } = openIngest(server.url, NDJSON);
    const before = liveBytes();
    let most = 0;
    for (let index = 0; index < count; index += 500) {
      const piece = Array.from({ length: 500 }, (_, at) =>
        aRecord({ agentId: 'long', taskId: `task-${index + at}`, errorMessage: pad }),
      );
      const text = toNdjson(piece);
      sent += text.length;
      await write(body, text);
      if (index % 5000 === 0) most = Math.max(most, liveBytes());
    }
    body.end();
    const { status, text } = await answer;
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { data: { accepted: count, duplicates: 0, rejected: [] } },
    ]);
    expect(await storedOf('long')).toBe(count);
    expect(sent).toBeGreaterThan(180 * MIB);
    expect(most - before).toBeLessThan(sent / 2);
  });

  it('stores what arrives while the rest is still to come', async () => {
    const { body, answer } = openIngest(server.url, NDJSON);
    const [first, second, third] = records('drip', 3).map((record) => JSON.stringify(record));
    await write(body, `${first ?? ''}\n${(second ?? '').slice(0, 20)}`);
    await eventually(async () => ((await storedOf('drip')) === 1 ? true : undefined));
    await write(body, `${(second ?? '').slice(20)}\n`);
    await eventually(async () => ((await storedOf('drip')) === 2 ? true : undefined));
    // The last line need not be closed.
    body.end(third);
    expect(JSON.parse((await answer).text)).toMatchObject({ data: { accepted: 3 } });
  });

  it('slows its sender down to what the database takes', async () => {
    const agentId = 'held-up';
    await server.send('POST', '/metrics', aRecord({ agentId }));
    await client.query('BEGIN; LOCK TABLE agent_performance_metrics IN ACCESS EXCLUSIVE MODE');
    const { body, answer } = openIngest(server.url, NDJSON);
    let sent = 0;
    let stalled = false;
    while (!stalled && sent < 200 * MIB) {
      const text = toNdjson(records(agentId, 2000));
      sent += text.length;
      if (!body.write(text)) {
        const drained = new Promise((resolve) => body.once('drain', () => resolve('drained')));
        stalled = (await Promise.race([drained, sleep(1500)])) !== 'drained';
      }
    }
    expect(stalled).toBe(true);
    // What the sockets of both sides hold, and the pieces that wait.
    expect(sent).toBeLessThan(40 * MIB);
    await client.query('COMMIT');
    body.end();
    const { data } = JSON.parse((await answer).text) as Answer<IngestResult>;
    expect(data.accepted % 2000).toBe(0);
    expect(await storedOf(agentId)).toBe(data.accepted + 1);
  });

  it('reads the same records however the bytes are cut', async () => {
    const lines = [
      JSON.stringify(aRecord({ agentId: 'cut', taskName: 'naïve 🦊 ключ \\u0041' })),
      '',
      '  ',
      '{"broken": ',
      `${JSON.stringify(aRecord({ agentId: 'cut' }))}\r`,
      JSON.stringify(aRecord({ agentId: 'cut', complexity: 9 })),
    ];
    const bytes = Buffer.from(`\ufeff${lines.join('\n')}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 6 }),
        fc.constantFrom(undefined, 'gzip', 'zstd'),
        async (cuts, encoding) => {
          const packed =
            encoding === 'gzip'
              ? gzipSync(bytes)
              : encoding === 'zstd'
                ? zstdCompressSync(bytes)
                : bytes;
          const { body, answer } = openIngest(server.url, {
            ...NDJSON,
            ...(encoding && { 'content-encoding': encoding }),
          });
          body.setNoDelay(true);
          let from = 0;
          for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
            const to = Math.floor((cut * packed.length) / bytes.length);
            if (to > from) await write(body, packed.subarray(from, to));
            from = Math.max(from, to);
            await sleep(1);
          }
          body.end();
          const { data } = JSON.parse((await answer).text) as Answer<IngestResult>;
          expect(data.accepted + data.duplicates).toBe(2);
          expect(data.rejected.map(({ index, line, code }) => [index, line, code])).toEqual([
            [1, 4, 'invalid-record'],
            [3, 6, 'invalid-value'],
          ]);
        },
      ),
      { numRuns: 30, seed: 11 },
    );
    expect(await storedOf('cut')).toBe(2);
  });

  it('lists the first thousand rejected records and counts the others', async () => {
    const bad = Array.from({ length: 12_000 }, (_, index) => (index % 2 ? '{}' : 'no json'));
    const good = JSON.stringify(aRecord({ agentId: 'among-bad' }));
    const { body } = await post<Answer<IngestResult>>([...bad, good].join('\n'));
    expect(body.data).toMatchObject({ accepted: 1, rejectedTotal: 12_000 });
    expect(body.data.rejected.map(({ index }) => index)).toEqual(
      Array.from({ length: 1000 }, (_, index) => index),
    );
  });

  it.each([
    ['nothing', '', 400, 'empty-body'],
    ['a line that never ends', '[1,'.repeat(500_000), 413, 'body-too-large'],
    ['bytes that are no text', Buffer.from([0x22, 0xc3, 0x28, 0x22, 0x0a]), 400, 'malformed-body'],
    ['half a character at the end', Buffer.from([0x22, 0xf0, 0x9f]), 400, 'malformed-body'],
  ])('refuses %s', async (_name, body, status, code) => {
    const answer = await post<Problem>(typeof body === 'string' ? body : new Uint8Array(body));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('takes blank lines for an empty batch', async () => {
    const { status, body } = await post('\n\r\n \n');
    expect([status, body]).toEqual([200, { data: { accepted: 0, duplicates: 0, rejected: [] } }]);
  });

  describe('that breaks off', () => {
    const lines = (agentId: string): Buffer => Buffer.from(toNdjson(records(agentId, 6000)));

    it.each([
      ['is no text any more', (good: Buffer) => Buffer.concat([good, Buffer.from([0xff, 0x0a])])],
      ['has a line without end', (good: Buffer) => Buffer.concat([good, Buffer.alloc(2e6, 'x')])],
    ])('because it %s: keeps what was stored, and says so', async (name, broken) => {
      const agentId = `broken-${name}`;
      const good = lines(agentId);
      const { status, body } = await post<Problem>(new Uint8Array(broken(good)));
      expect([400, 413]).toContain(status);
      expect(body.committed?.accepted).toBeGreaterThan(0);
      expect(await storedOf(agentId)).toBe(body.committed?.accepted);
      const again = await post<Answer<IngestResult>>(new Uint8Array(good));
      expect(again.body.data).toEqual({
        accepted: 6000 - (body.committed?.accepted ?? 0),
        duplicates: body.committed?.accepted,
        rejected: [],
      });
    });

    it.each([
      ['truncated gzip', 'gzip', (packed: Buffer) => packed.subarray(0, packed.length - 9)],
      ['truncated zstd', 'zstd', (packed: Buffer) => packed.subarray(0, packed.length - 9)],
      [
        'damaged gzip',
        'gzip',
        (packed: Buffer) => Buffer.from(packed).fill(0xff, packed.length - 2000),
      ],
      ['more after the zstd', 'zstd', (packed: Buffer) => Buffer.concat([packed, packed])],
      ['no gzip at all', 'gzip', () => Buffer.from('{"a":1}\n')],
      ['gzip twice', 'gzip', (packed: Buffer) => gzipSync(packed)],
    ])('because of %s', async (name, encoding, damage) => {
      const agentId = `packed-${name}`;
      const good = lines(agentId);
      const packed = encoding === 'gzip' ? gzipSync(good) : zstdCompressSync(good);
      const { status, body } = await post<Problem>(new Uint8Array(damage(packed)), {
        'content-encoding': encoding,
      });
      expect([status, body.code]).toEqual([400, 'malformed-body']);
      expect(await storedOf(agentId)).toBe(body.committed?.accepted);
    });

    it('because its sender is gone', async () => {
      const { body } = openIngest(server.url, NDJSON);
      await write(body, toNdjson(records('gone', 10)));
      await eventually(async () => ((await storedOf('gone')) === 10 ? true : undefined));
      await write(body, '{"agentId":"gone"');
      body.destroy();
      expect((await server.get('/status')).status).toBe(200);
      expect(await storedOf('gone')).toBe(10);
    });

    it('because the server stops', async () => {
      const other = await bootApp();
      const { body, answer } = openIngest(other.url, NDJSON);
      await write(body, toNdjson(records('stopped', 10)));
      const known = async (): Promise<number> =>
        (await other.get<Partial<Answer<unknown[]>>>('/metrics?agentId=stopped')).body.data
          ?.length ?? 0;
      await eventually(async () => ((await known()) === 10 ? true : undefined));
      const closed = other.close();
      const { status, text } = await answer;
      const problem = JSON.parse(text) as Problem;
      expect([status, problem.code, problem.committed?.accepted]).toEqual([
        503,
        'shutting-down',
        10,
      ]);
      body.destroy();
      await closed;
    });
  });

  it('refuses a bomb without unpacking it to its end', async () => {
    const zip = createGzip();
    const chunks: Buffer[] = [];
    zip.on('data', (chunk: Buffer) => chunks.push(chunk));
    const ended = new Promise((resolve) => zip.on('end', resolve));
    for (let mib = 0; mib < 128; mib += 1) await write(zip, Buffer.alloc(MIB, '\n'));
    zip.end();
    await ended;
    const bomb = new Uint8Array(Buffer.concat(chunks));
    const before = process.memoryUsage.rss();
    const { status, body } = await post<Problem>(bomb, { 'content-encoding': 'gzip' });
    expect([status, body.code]).toEqual([413, 'body-too-large']);
    expect(process.memoryUsage.rss() - before).toBeLessThan(128 * MIB);
  });

  it('is taken by the ingest route only', async () => {
    const answer = await fetch(`${server.url}${API}/benchmarks`, {
      method: 'PUT',
      headers: NDJSON,
      body: '{}\n',
    });
    expect(answer.status).toBe(415);
    const packed = await promisify(gzip)('{}\n');
    const twice = await post<Problem>(new Uint8Array(packed), { 'content-encoding': 'gzip, gzip' });
    expect([twice.status, twice.body.code]).toEqual([415, 'unsupported-encoding']);
  });
});
