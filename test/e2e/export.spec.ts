import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Execution, ExecutionRecord, Problem } from '@app/contracts';
import pg from 'pg';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { randomHistory, seeded } from '../support/random-history.js';

const NOW = Date.parse('2026-11-20T15:23:37.311Z');
const DAY_MS = 24 * 3_600_000;
const MANY = 150_000;

const eventually = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};

/** RFC 4180, character by character. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') cell += text[++at]!;
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') [row, cell] = [[...row, cell], ''];
    else if (char === '\r' && text[at + 1] === '\n') {
      rows.push([...row, cell]);
      [row, cell] = [[], ''];
      at++;
    } else cell += char;
  }
  expect([row, cell]).toEqual([[], '']);
  return rows;
}

describe('exports', () => {
  let server: BootedApp;
  let observer: pg.Client;
  const nasty = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\nx',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    'a,b;c',
    'say "hi"',
    'two\r\nlines',
    '"',
    "'quoted",
    ' spaced ',
    'Ünïcödé 🚀',
  ];
  const named: ExecutionRecord[] = nasty.map((text, index) => ({
    ...randomHistory({
      count: 1,
      agents: 1,
      fromMs: NOW - 60_000,
      toMs: NOW,
      random: seeded(index),
    })[0]!,
    agentId: 'namer',
    agentName: 'Namer',
    agentType: 'nasty',
    taskId: `t-${index}`,
    taskName: text,
    status: 'failure',
    errorMessage: text,
    metadata: { text },
    cpuPercent: 12.5,
  }));

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(NOW) } });
    observer = new pg.Client({ connectionString: server.databaseUrl });
    await observer.connect();
    const history = randomHistory({
      count: 3000,
      agents: 4,
      fromMs: NOW - 3 * DAY_MS,
      toMs: NOW - 120_000,
      random: seeded(3),
    });
    await server.send('POST', '/metrics', history);
    await server.send('POST', '/metrics', named);
    // Many rows of one agent, all made by the database.
    await server.send('POST', '/metrics', { ...named[0]!, agentId: 'bulk', agentType: 'bulk' });
    await observer.query(
      `INSERT INTO agent_performance_metrics (agent_key, started_at, execution_id, task_id, task_name,
         task_type, complexity, attempt, status, ended_at, duration_ms, error_message)
       SELECT (SELECT agent_key FROM agents WHERE agent_id = 'bulk'), t, gen_random_uuid(), 'bulk',
         'bulk', 'default', 1, 1, 'success', t + interval '5 ms', 5, repeat('x', 500)
       FROM generate_series(1, ${MANY}) AS n,
         LATERAL (SELECT $1::timestamptz - n * interval '1 second' AS t) AS at`,
      [new Date(NOW - 120_000)],
    );
  });
  afterAll(async () => {
    await observer.end();
    await server.close();
  });

  const text = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.url}${API}${path}`, { headers });
    return { type: answer.headers.get('content-type'), text: await answer.text() };
  };

  it('hold exactly what the pages of the list hold, in the same order', async () => {
    const query = '/metrics?window=7d&agentType=cognitive&complexity=3';
    const listed: Execution[] = [];
    for (let cursor = ''; ;) {
      const { body } = await server.get<Answer<Execution[]>>(`${query}&limit=90${cursor}`);
      listed.push(...body.data);
      if (!body.page?.nextCursor) break;
      cursor = `&cursor=${body.page.nextCursor}`;
    }
    expect(listed.length).toBeGreaterThan(100);
    const ndjson = await text(`${query}&format=ndjson`);
    expect(ndjson.type).toContain('application/x-ndjson');
    const lines = ndjson.text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as Execution)).toEqual(listed);
    const csv = parseCsv((await text(`${query}&format=csv`)).text);
    const column = (name: string) => csv.slice(1).map((row) => row[csv[0]!.indexOf(name)]);
    expect(column('executionId')).toEqual(listed.map((one) => one.executionId));
    expect(column('durationMs')).toEqual(listed.map((one) => String(one.durationMs)));
    expect(column('metadata')).toEqual(
      listed.map((one) => (one.metadata === null ? '' : JSON.stringify(one.metadata))),
    );
    const accepted = await text(query, { accept: 'text/csv' });
    expect(accepted.type).toContain('text/csv');
    expect(parseCsv(accepted.text)).toEqual(csv);
  });

  it('bring every text back, made harmless to spreadsheets, and numbers as numbers', async () => {
    const csv = parseCsv((await text('/metrics?agentType=nasty&format=csv&window=1h')).text);
    const head = csv[0]!;
    const rows = csv.slice(1);
    expect(rows.length).toBe(nasty.length);
    for (const row of rows) {
      expect(row.length).toBe(head.length);
      const wanted = nasty[Number(row[head.indexOf('taskId')]!.slice(2))]!;
      const formula = /^[=+\-@\t\r\n＝＋－＠]/.test(wanted);
      for (const name of ['taskName', 'errorMessage']) {
        expect(row[head.indexOf(name)]).toBe(formula ? `'${wanted}` : wanted);
      }
      expect(JSON.parse(row[head.indexOf('metadata')]!)).toEqual({ text: wanted });
      expect(row[head.indexOf('cpuPercent')]).toBe('12.5');
    }
  });

  it('of nothing are a header, or nothing', async () => {
    expect(parseCsv((await text('/metrics?taskId=none&format=csv')).text).length).toBe(1);
    expect((await text('/metrics?taskId=none&format=ndjson')).text).toBe('');
  });

  const open = (path: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      get(`${server.url}${API}${path}`, resolve).on('error', reject);
    });

  const exporting = async (): Promise<number> => {
    const { rows } = await observer.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND xact_start IS NOT NULL
         AND application_name LIKE 'agent-performance-tracker-export%'`,
    );
    return rows[0]?.count ?? 0;
  };

  it('do not grow in the server’s memory while the client reads slowly', async () => {
    const answer = await open('/metrics?agentType=bulk&window=30d&format=ndjson');
    let bytes = 0;
    let measuredAt = 0;
    let most = 0;
    // The test shares the server's heap, so it keeps nothing of what it reads.
    const before = liveMb();
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes - measuredAt < 20e6) continue;
      measuredAt = bytes;
      most = Math.max(most, liveMb());
    }
    expect(bytes).toBeGreaterThan(MANY * 900);
    // Read whole it would be some 300 MB of rows and text.
    expect(most - before).toBeLessThan(100);
    await eventually(async () => (await exporting()) === 0);
  });

  it('read no further than their client does', async () => {
    const answer = await open('/metrics?agentType=bulk&window=30d&format=ndjson');
    answer.on('error', () => undefined);
    const fetches = async () => {
      const { rows } = await observer.query<{ state: string; since: Date }>(
        `SELECT state, state_change AS since FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'agent-performance-tracker-export%'
           AND xact_start IS NOT NULL`,
      );
      return rows.map(({ state, since }) => `${state} since ${since.toISOString()}`);
    };
    let last = await fetches();
    await eventually(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const now = await fetches();
      const still = now.length === 1 && now[0] === last[0];
      last = now;
      return still;
    });
    expect(last[0]).toContain('idle in transaction');
    answer.destroy();
    await eventually(async () => (await exporting()) === 0);
  });

  it('stop in the database when the client leaves half-way', async () => {
    const answer = await open('/metrics?agentType=bulk&window=30d&format=csv');
    answer.on('error', () => undefined);
    await new Promise((resolve) => answer.once('data', resolve));
    answer.pause();
    expect(await exporting()).toBe(1);
    answer.destroy();
    await eventually(async () => (await exporting()) === 0);
  });

  it('wait for each other, and the other reads do not wait for them', async () => {
    const paths = Array.from({ length: 3 }, () => '/metrics?agentType=bulk&window=30d&format=csv');
    const answers = await Promise.all(paths.slice(0, 2).map(open));
    for (const answer of answers) {
      answer.on('error', () => undefined);
      answer.pause();
    }
    expect(await exporting()).toBe(2);
    const third = open(paths[2]!);
    expect((await server.get('/summary')).status).toBe(200);
    for (const answer of answers) answer.destroy();
    const late = await third;
    expect(late.statusCode).toBe(200);
    late.on('error', () => undefined);
    late.destroy();
    await eventually(async () => (await exporting()) === 0);
  });

  it('refuse as problems, not as files', async () => {
    const { status, body } = await server.get<Problem>('/metrics?format=csv&agentId=ghost');
    expect([status, body.code]).toEqual([404, 'unknown-agent']);
  });
});

/** What is in use and not merely not yet collected. */
function liveMb(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}
