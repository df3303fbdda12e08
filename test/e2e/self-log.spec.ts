import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';

import { Belongings } from '../support/belongings.js';
import { API } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase } from '../support/fresh-database.js';
import { aRecord } from '../support/ingest-requests.js';
import { freePort, startReadyTracker, statusOf } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

const CANARY = 'canary-7f3a9c';
const MAIN = join(import.meta.dirname, '../../dist/apps/api/apps/api/src/main.js');

jest.setTimeout(180_000);

interface Line {
  level: string;
  time: string;
  event?: string;
  requestId?: string;
  msg?: string;
}

const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

describe('the log of the built tracker, at its most talkative', () => {
  const belongings = new Belongings();
  let tracker: RunningTracker;
  let databaseUrl: string;
  beforeAll(async () => {
    const database = await freshDatabase('log');
    belongings.add(() => database.drop());
    databaseUrl = database.url;
    tracker = await startReadyTracker({
      DATABASE_URL: database.url,
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'auto',
      SECRET_KEY: Buffer.from(`${CANARY}-and-much-more-to-32-bytes`.slice(0, 32)).toString(
        'base64',
      ),
    });
    belongings.add(() => tracker.stop());
  });
  afterAll(() => belongings.end());

  const send = (method: string, path: string, body?: string, headers = {}): Promise<Response> =>
    fetch(`${tracker.url}${API}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body }),
    });

  it('is JSON, one object a line, and names requests by the id that they were answered with', async () => {
    const answer = await send('GET', '/agents');
    const id = answer.headers.get('x-request-id');
    const line = await eventually(() =>
      linesOf(tracker.stdout()).find(({ requestId }) => requestId === id),
    );
    expect(line).toMatchObject({
      level: 'debug',
      event: 'request',
      method: 'GET',
      path: `${API}/agents`,
      status: 200,
    });
  });

  it('holds nothing that was sent: bodies, queries, headers, good or bad', async () => {
    const record = { ...aRecord(), agentName: CANARY, errorMessage: CANARY, metadata: { CANARY } };
    await send('POST', '/metrics', JSON.stringify(record));
    await send('POST', '/metrics', JSON.stringify({ ...record, complexity: CANARY }));
    await send('POST', '/metrics', `{"secret":"${CANARY}"`);
    await send('POST', '/metrics', `${CANARY}\n${CANARY}`, {
      'content-type': 'application/x-ndjson',
    });
    await send('GET', `/metrics?q=${CANARY}&cursor=${CANARY}`);
    await send('GET', '/agents', undefined, {
      authorization: `Bearer ${CANARY}`,
      cookie: `session=${CANARY}`,
      'x-api-key': CANARY,
    });
    await send(
      'POST',
      '/auth/session',
      JSON.stringify({ name: CANARY, password: `${CANARY}-password` }),
    );
    await send('POST', '/users', JSON.stringify({ name: 'maria', password: `${CANARY}-password` }));
    const channel = {
      kind: 'webhook',
      name: 'x',
      settings: { url: `https://example.com/${CANARY}`, secret: CANARY },
    };
    await send('POST', '/notifications/channels', JSON.stringify(channel));
    const marker = await send('GET', '/status');
    const id = marker.headers.get('x-request-id') ?? '';
    await eventually(() => tracker.stdout().includes(id) || undefined);
    expect(tracker.stdout() + tracker.stderr()).not.toContain(CANARY);
  });

  it('names an unforeseen failure by the id that was answered, and the answer nothing of it', async () => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('ALTER TABLE alert_silences RENAME TO alert_silences_away');
    const answer = await send('GET', '/alerts/silences');
    const text = await answer.text();
    await client
      .query('ALTER TABLE alert_silences_away RENAME TO alert_silences')
      .finally(() => client.end());
    expect(answer.status).toBe(500);
    const problem = JSON.parse(text) as Record<string, unknown>;
    expect(Object.keys(problem).sort()).toEqual(['code', 'requestId', 'status', 'title', 'type']);
    expect(text).not.toMatch(/alert_silences|SELECT|relation|node_modules|at /);
    const line = await eventually(() =>
      linesOf(tracker.stdout()).find(
        ({ event, requestId }) => event === 'request.failed' && requestId === problem['requestId'],
      ),
    );
    expect(line.level).toBe('error');
  });
});

describe('an error that nobody has caught', () => {
  it('ends the tracker in order, with 1, and is logged under an id', async () => {
    const database = await freshDatabase('bug');
    const port = await freePort();
    // As a bug would, somewhere in the process, at a signal.
    const bug = `process.on('SIGUSR2', () => void Promise.reject(new Error('a bug')))`;
    const child = spawn(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(bug)}`, MAIN],
      {
        env: {
          PATH: process.env.PATH,
          DATABASE_URL: database.url,
          PORT: String(port),
          LOG_FORMAT: 'json',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    try {
      const url = `http://127.0.0.1:${port}`;
      await eventually(async () => (await statusOf(`${url}/readyz`)) === 200 || undefined);
      const sent = await fetch(`${url}${API}/metrics`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(aRecord()),
      });
      expect(sent.status).toBe(200);
      child.kill('SIGUSR2');
      expect(await exited).toBe(1);
      const errors = linesOf(said).filter(({ level }) => level === 'error');
      expect(errors[0]?.msg).toMatch(/^unhandledRejection [0-9a-f-]{36}: Error: a bug/);
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      const { rows } = await client.query('SELECT 1 FROM agent_performance_metrics');
      await client.end();
      expect(rows).toHaveLength(1);
    } finally {
      child.kill('SIGKILL');
      await exited;
      await database.drop();
    }
  });
});
