import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { AccessWorld } from '../support/access-world.js';
import { API } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';

const AGENTS = 60;
/** As a proxy before the tracker tells of who asks from elsewhere. */
const FROM_ELSEWHERE = { 'x-forwarded-for': '192.0.2.7' };

interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

describe('answers on their way', () => {
  let world: AccessWorld;

  beforeAll(async () => {
    world = await AccessWorld.boot();
    const records = Array.from({ length: AGENTS }, (_, n) => ({
      agentId: `agent-${n}`,
      agentType: 'cognitive',
      taskId: `task-${n}`,
      status: 'success',
      endedAt: new Date(Date.now() - n * 1000).toISOString(),
      durationMs: 100 + n,
    }));
    await world.must('POST', '/metrics', { key: world.admin, body: records });
  });
  afterAll(async () => world?.close());

  /** As it comes, nothing unpacked. */
  const ask = (path: string, headers: Record<string, string> = {}): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const authorized = { authorization: `Bearer ${world.admin}`, ...headers };
      const asking = request(`${world.url}${path}`, { headers: authorized }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            bytes: Buffer.concat(parts),
          }),
        );
      });
      asking.on('error', reject);
      asking.end();
    });
  const scripts = async (): Promise<string[]> => {
    const { bytes } = await ask('/agent-performance');
    return [...bytes.toString().matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(
      ([, name]) => `/${(name ?? '').replace(/^\//, '')}`,
    );
  };

  it('are packed for whoever asks from elsewhere, and the same', async () => {
    const path = `${API}/summary?window=24h&limit=1000`;
    const plain = await ask(path);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const packed = await ask(path, { ...FROM_ELSEWHERE, 'accept-encoding': 'gzip, deflate, br' });
    expect(packed.status).toBe(200);
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.headers.vary?.toLowerCase()).toContain('accept-encoding');
    expect(packed.headers['content-type']).toContain('application/json');
    expect(packed.bytes.length * 5).toBeLessThan(plain.bytes.length);
    const rows = (bytes: Buffer): { agentId: string; total: number }[] =>
      (JSON.parse(bytes.toString()) as { data: { agentId: string; total: number }[] }).data;
    const totals = (bytes: Buffer): string[] =>
      rows(bytes).map(({ agentId, total }) => `${agentId} ${total}`);
    expect(totals(gunzipSync(packed.bytes))).toEqual(totals(plain.bytes));
    expect(rows(plain.bytes)).toHaveLength(AGENTS);
  });

  it('stream packed as well, whole', async () => {
    const path = `${API}/metrics?format=ndjson`;
    const packed = await ask(path, { ...FROM_ELSEWHERE, 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.bytes).toString().trim().split('\n')).toHaveLength(AGENTS);
  });

  it('that break off half-way do not look whole, and an export ends with its client', async () => {
    const observer = new pg.Client({ connectionString: world.server.databaseUrl });
    observer.on('error', () => undefined);
    await observer.connect();
    await observer.query(
      `INSERT INTO agent_performance_metrics (agent_key, started_at, execution_id, task_id,
         task_name, task_type, complexity, attempt, status, ended_at, duration_ms, error_message)
       SELECT 1, t, gen_random_uuid(), 'bulk', 'bulk', 'default', 1, 1, 'failure', t, 0,
         (SELECT string_agg(md5(n || ' ' || part), '') FROM generate_series(1, 16) AS part)
       FROM generate_series(1, 60000) AS n, LATERAL (SELECT now() - n * interval '1 ms' AS t) AS at`,
    );
    const exporting = `FROM pg_stat_activity WHERE datname = current_database()
      AND application_name LIKE 'agent-performance-tracker-export%' AND xact_start IS NOT NULL`;
    const begin = async (): Promise<IncomingMessage> => {
      const headers = {
        ...FROM_ELSEWHERE,
        authorization: `Bearer ${world.admin}`,
        'accept-encoding': 'gzip',
      };
      const path = `${API}/metrics?format=ndjson&sort=startedAt`;
      const asking = request(`${world.url}${path}`, { headers });
      asking.on('error', () => undefined);
      asking.end();
      const [answer] = (await once(asking, 'response')) as [IncomingMessage];
      expect(answer.headers['content-encoding']).toBe('gzip');
      answer.on('error', () => undefined);
      await once(answer, 'readable');
      await eventually(async () => {
        const { rows } = await observer.query(`SELECT 1 ${exporting}`);
        return rows.length === 1 || undefined;
      });
      return answer;
    };
    const broken = await begin();
    await observer.query(`SELECT pg_terminate_backend(pid) ${exporting}`);
    broken.resume();
    await expect(once(broken, 'end')).rejects.toThrow('aborted');
    const left = await begin();
    left.destroy();
    await eventually(async () => {
      const { rows } = await observer.query(`SELECT 1 ${exporting}`);
      return rows.length === 0 || undefined;
    });
    await observer.end();
  });

  it.each([
    ['on this machine', { 'accept-encoding': 'gzip' }, '/summary?window=24h'],
    ['who cannot unpack', FROM_ELSEWHERE, '/summary?window=24h'],
    ['of little', { ...FROM_ELSEWHERE, 'accept-encoding': 'gzip' }, '/projects'],
  ])('are sent as they are to one %s', async (_, headers, path) => {
    const answer = await ask(`${API}${path}`, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(() => JSON.parse(answer.bytes.toString()) as unknown).not.toThrow();
  });

  it.each([
    ['br', (bytes: Buffer) => brotliDecompressSync(bytes)],
    ['gzip', (bytes: Buffer) => gunzipSync(bytes)],
  ])('bring the dashboard packed beforehand: %s', async (encoding, unpack) => {
    const paths = await scripts();
    expect(paths.length).toBeGreaterThan(1);
    let saved = 0;
    for (const path of paths) {
      const plain = await ask(path);
      const packed = await ask(path, { 'accept-encoding': encoding });
      expect(packed.status).toBe(200);
      expect(packed.headers['content-type']).toBe(plain.headers['content-type']);
      expect(packed.headers['cache-control']).toBe(plain.headers['cache-control']);
      expect(packed.headers['content-security-policy']).toBeDefined();
      expect(packed.headers.vary?.toLowerCase()).toContain('accept-encoding');
      const isPacked = packed.headers['content-encoding'] === encoding;
      expect(isPacked).toBe(plain.bytes.length >= 1024);
      expect((isPacked ? unpack(packed.bytes) : packed.bytes).equals(plain.bytes)).toBe(true);
      saved += plain.bytes.length - packed.bytes.length;
    }
    expect(saved).toBeGreaterThan(50_000);
  });
});
