import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Execution, IngestResult, RunningExecution } from '@app/contracts';
import { loadConfig } from '@app/platform';
import { SchedulerRegistry } from '@nestjs/schedule';
import fc from 'fast-check';

import { createApp } from '../../apps/api/src/setup-app.js';
import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { eventually } from '../support/eventually.js';
import { aRecord } from '../support/ingest-requests.js';

const MINUTE_MS = 60_000;

describe('the same records in any order, however often', () => {
  let nowMs = Date.now();
  let server: BootedApp;

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(nowMs) } });
  });
  afterAll(() => server.close());

  const send = (body: unknown) => server.send<Answer<IngestResult>>('POST', '/metrics', body);
  const storedOf = async (agentId: string): Promise<Execution[]> =>
    (await server.get<Partial<Answer<Execution[]>>>(`/metrics?agentId=${agentId}`)).body.data ?? [];
  const runningOf = async (agentId: string): Promise<RunningExecution[]> => {
    const { body } = await server.get<Answer<RunningExecution[]>>('/executions/running');
    return body.data.filter((one) => one.agentId === agentId);
  };
  const running = (changes: Partial<Record<string, unknown>>): object => ({
    ...aRecord({ status: 'running', durationMs: undefined }),
    ...changes,
  });

  it('one record a hundred times in parallel is one row', async () => {
    const record = aRecord({ agentId: 'hundredfold' });
    const answers = await Promise.all(Array.from({ length: 100 }, () => send(record)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const sum = (what: 'accepted' | 'duplicates'): number =>
      answers.reduce((total, { body }) => total + body.data[what], 0);
    expect([sum('accepted'), sum('duplicates')]).toEqual([1, 99]);
    expect((await storedOf('hundredfold')).length).toBe(1);
  });

  it('a batch with the same record several times stores it once', async () => {
    const [one, two] = [aRecord({ agentId: 'batched' }), aRecord({ agentId: 'batched' })];
    const { body } = await send([one, two, one, two, one]);
    expect(body.data).toEqual({ accepted: 2, duplicates: 3, rejected: [] });
    expect((await send([two, one])).body.data).toEqual({
      accepted: 0,
      duplicates: 2,
      rejected: [],
    });
  });

  it('starts, signs of life and ends make the same history in every order', async () => {
    const permutation = fc.shuffledSubarray(
      ['start', 'beat', 'beat again', 'end', 'end again', 'other start'],
      { minLength: 6, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(permutation, fc.boolean(), async (order, together) => {
        const agentId = `order-${randomUUID()}`;
        const startedAt = new Date(nowMs - 5000).toISOString();
        const own = { agentId, taskId: 'ordered', executionId: randomUUID(), startedAt };
        const start = running(own);
        const end = aRecord({ ...own, status: 'failure', errorType: 'Late', complexity: 3 });
        const messages: Record<string, object> = {
          start,
          beat: start,
          'beat again': start,
          end,
          'end again': end,
          'other start': running({ ...own, executionId: randomUUID() }),
        };
        const bodies = order.map((name) => messages[name]);
        if (together) expect((await send(bodies)).status).toBe(200);
        else for (const body of bodies) expect((await send(body)).status).toBe(200);
        const stored = await storedOf(agentId);
        expect(stored).toMatchObject([
          { ...own, status: 'failure', complexity: 3, errorType: 'Late' },
        ]);
        // What nobody has ended is still running, and nothing else is.
        const left = (await runningOf(agentId)).map(({ executionId }) => executionId);
        expect(left).toEqual([(messages['other start'] as { executionId: string }).executionId]);
      }),
      { numRuns: 25, seed: 21 },
    );
  });

  it('a sign of life keeps what is running from being given up', async () => {
    const ids = { agentId: 'alive', taskId: 'long', executionId: randomUUID() };
    const startedAt = new Date(nowMs).toISOString();
    const silent = { agentId: 'silent', taskId: 'long', executionId: randomUUID(), startedAt };
    await send([running({ ...ids, startedAt }), running(silent)]);
    const tick = async (): Promise<void> => {
      await server.app.get(SchedulerRegistry).getCronJob('abandon').fireOnTick();
    };
    for (let minutes = 0; minutes < 60; minutes += 5) {
      nowMs += 5 * MINUTE_MS;
      await send(running({ ...ids, startedAt }));
      await tick();
    }
    await eventually(async () => ((await runningOf('silent')).length === 0 ? true : undefined));
    expect((await storedOf('silent')).map(({ status }) => status)).toEqual(['abandoned']);
    const [alive] = await runningOf('alive');
    expect(alive).toMatchObject({ ...ids, startedAt, heartbeatAt: new Date(nowMs).toISOString() });
    const end = { ...ids, agentType: 'cognitive', status: 'success' };
    expect((await send(end)).body.data.accepted).toBe(1);
    expect(await storedOf('alive')).toMatchObject([{ ...ids, durationMs: 60 * MINUTE_MS }]);
  });

  it('progress is shown as it was last reported, and only of what runs', async () => {
    const ids = { agentId: 'progressing', taskId: 'long', executionId: randomUUID() };
    const startedAt = new Date(nowMs - 5000).toISOString();
    await send(running({ ...ids, startedAt }));
    expect(await runningOf('progressing')).toMatchObject([{ progress: null }]);
    await send(running({ ...ids, progress: 40 }));
    await send(running({ ...ids }));
    expect(await runningOf('progressing')).toMatchObject([{ ...ids, startedAt, progress: 40 }]);
    await send([running({ ...ids, progress: 55.5 }), running({ ...ids, progress: 60 })]);
    expect(await runningOf('progressing')).toMatchObject([{ progress: 60 }]);
    for (const progress of [-1, 100.5, '50']) {
      const { status, body } = await send(running({ ...ids, progress }));
      expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('progress')]);
    }
    const ended = await send(aRecord({ ...ids, progress: 100 }));
    expect([ended.status, JSON.stringify(ended.body)]).toEqual([
      400,
      expect.stringContaining('belongs to records whose status is running'),
    ]);
  });

  it('a sign of life that comes after the end brings nothing back to life', async () => {
    const ids = { agentId: 'late', taskId: 'short', executionId: randomUUID() };
    const alive = running({ ...ids, startedAt: undefined });
    await send(alive);
    nowMs += 5000;
    await send({ ...ids, agentType: 'cognitive', status: 'success' });
    nowMs += 5000;
    await send(alive);
    expect(await runningOf('late')).toEqual([]);
    expect(await storedOf('late')).toMatchObject([{ status: 'success', durationMs: 5000 }]);
  });

  it('what runs outlives a restart, and ends by its id or by agent and task', async () => {
    const startedAt = new Date(nowMs - 2000).toISOString();
    const byId = { agentId: 'before', taskId: 'a', executionId: randomUUID() };
    const byTask = { agentId: 'before', taskId: 'b' };
    await send([
      running({ ...byId, startedAt }),
      running({ ...byTask, executionId: randomUUID(), startedAt, complexity: 4 }),
    ]);
    // A second server on the same database, as after a restart: it has nothing in memory.
    const app = await createApp({
      config: loadConfig({ LOG_LEVEL: 'error', DATABASE_URL: server.databaseUrl }),
      databaseUrl: server.databaseUrl,
      clock: { now: () => new Date(nowMs) },
    });
    try {
      await app.listen({ port: 0, host: '127.0.0.1' });
      const { port } = app.getHttpServer().address() as { port: number };
      for (const own of [byId, byTask]) {
        const answer = await fetch(`http://127.0.0.1:${port}${API}/metrics`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...own, agentType: 'cognitive', status: 'success' }),
        });
        expect(((await answer.json()) as Answer<IngestResult>).data.accepted).toBe(1);
      }
    } finally {
      await app.close();
    }
    const stored = await storedOf('before');
    expect(stored.map(({ taskId, complexity }) => [taskId, complexity]).sort()).toEqual([
      ['a', 1],
      ['b', 4],
    ]);
    expect(stored.map(({ durationMs }) => durationMs)).toEqual([2000, 2000]);
    expect(await runningOf('before')).toEqual([]);
  });
});
