import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  Alert,
  AlertRule,
  AlertRuleInput,
  AlertStats,
  AlertTransitionEntry,
  BulkAlertVerdict,
  Silence,
  SilenceInput,
} from '@app/contracts';

import { AlertsWorld, MINUTE, START, times } from '../support/alerts-world.js';

const at = (ms: number): string => new Date(ms).toISOString();

describe('the life of an alert', () => {
  let world: AlertsWorld;

  beforeAll(async () => {
    world = await AlertsWorld.boot();
  });
  afterAll(() => world.close());
  beforeEach(() => world.reset());

  interface Answered<T> {
    status: number;
    body: { data: T; code: string; errors?: { path: string }[] };
    etag: string | undefined;
  }

  async function send<T>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    payload?: object,
    headers: Record<string, string> = {},
  ): Promise<Answered<T>> {
    const answer = await world.app.inject({
      method,
      url: path,
      headers,
      ...(payload && { payload }),
    });
    const body = answer.body === '' ? {} : answer.json<object>();
    return {
      status: answer.statusCode,
      body: body as Answered<T>['body'],
      etag: answer.headers.etag,
    };
  }

  const act = async (id: string, action: string, payload: object = {}): Promise<Answered<Alert>> =>
    send<Alert>('POST', `/alerts/${encodeURIComponent(id)}/${action}`, payload);

  const history = async (id: string): Promise<string[]> => {
    const answer = await send<AlertTransitionEntry[]>('GET', `/alerts/${id}/transitions`);
    return answer.body.data.map(({ transition }) => transition);
  };

  const aRule = async (input: AlertRuleInput): Promise<AlertRule> => {
    const answer = await send<AlertRule>('POST', '/alerts/rules', {
      type: 'threshold',
      name: 'a rule',
      ...input,
    });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.data;
  };

  /** Alerts made by people's rules, newest first. */
  const ofRule = async ({ id }: AlertRule, query = ''): Promise<Alert[]> =>
    world.list(`ruleId=${id}&${query}`);

  const fired = async (): Promise<Alert> => {
    await world.report({ durationMs: 2000 });
    const [alert] = await world.list();
    return alert as Alert;
  };

  /** What the channels are told: transitions of the notices, oldest first. */
  const told = (): string[] => world.told.map(({ transition }) => transition);

  it('is acknowledged by somebody, with a note, until it resolves', async () => {
    const { id } = await fired();
    world.nowMs += MINUTE;
    const first = await act(id, 'acknowledge', { owner: 'maria', note: 'on it' });
    expect(first.body.data).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'maria',
      acknowledgeNote: 'on it',
      acknowledgedAt: at(START + MINUTE),
    });
    expect(await world.list('state=open')).toHaveLength(1);
    expect(await world.list('resolved=false')).toHaveLength(1);
    await world.report({ durationMs: 2000 });
    expect(await world.list()).toMatchObject([{ state: 'acknowledged', count: 2 }]);
    world.nowMs += 11 * MINUTE;
    await world.report({});
    await world.judgeWindows();
    expect(await world.list()).toMatchObject([{ state: 'resolved', acknowledgedBy: 'maria' }]);
    world.nowMs += MINUTE;
    await world.report({ durationMs: 2000 });
    expect(await world.list('state=firing')).toMatchObject([{ acknowledgedBy: null }]);
    expect(await history(id)).toEqual(['fired', 'acknowledged', 'resolved']);
    expect(told()).toEqual(['fired', 'acknowledged', 'resolved', 'fired']);
  });

  it('gives an acknowledgement back', async () => {
    const { id } = await fired();
    await act(id, 'acknowledge', { by: 'maria' });
    const back = await act(id, 'unacknowledge', { by: 'maria', note: 'cannot' });
    expect(back.body.data).toMatchObject({ state: 'firing', acknowledgedBy: null });
    expect(await history(id)).toEqual(['fired', 'acknowledged', 'unacknowledged']);
  });

  it('refuses to be changed when it is over', async () => {
    const { id } = await fired();
    await act(id, 'resolve');
    for (const [action, body] of [
      ['acknowledge', {}],
      ['unacknowledge', {}],
      ['snooze', { forMs: 5000 }],
    ] as const) {
      expect(await act(id, action, body)).toMatchObject({
        status: 409,
        body: { code: 'alert-already-resolved' },
      });
    }
    expect((await act(id, 'resolve')).status).toBe(200);
    expect(await history(id)).toEqual(['fired', 'resolved']);
  });

  it('is resolved once by many at once', async () => {
    const { id } = await fired();
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, n) => act(id, 'resolve', { resolvedBy: `person-${n}` })),
    );
    expect(new Set(answers.map(({ body }) => body.data.resolvedBy)).size).toBe(1);
    expect(await history(id)).toEqual(['fired', 'resolved']);
  });

  it('is not told while it is snoozed, and told again when that is over', async () => {
    const { id } = await fired();
    await act(id, 'snooze', { forMs: 30 * MINUTE, by: 'maria' });
    await world.report({ durationMs: 9000 });
    await world.judgeWindows();
    expect(told()).toEqual(['fired']);
    world.nowMs += 30 * MINUTE;
    await world.judgeWindows();
    expect(await world.list()).toMatchObject([{ snoozedUntil: null, severity: 'critical' }]);
    expect(told()).toEqual(['fired', 'escalated']);
    expect(await history(id)).toEqual(['fired', 'snoozed', 'escalated', 'unsnoozed']);
  });

  it.each([
    {},
    { until: at(START + MINUTE), forMs: 5000 },
    { forMs: 31 * 24 * 60 * MINUTE },
    { until: 'tomorrow' },
    { forMs: 1.5 },
    { unknown: 1 },
  ])('refuses the snooze %j', async (body) => {
    const { id } = await fired();
    expect(await act(id, 'snooze', body)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
  });

  it('is treated in bulk, each one for itself', async () => {
    await world.report({ durationMs: 2000 }, { durationMs: 2000, agentKey: 2 });
    await world.report({ durationMs: 2000, agentKey: 3 });
    const own = (await world.list()).map(({ id }) => id);
    const [foreign] = await world.list('project=sample');
    const unknown = `1~${randomUUID()}`;
    const ids = [...own, foreign?.id ?? '', unknown];
    const answer = await send<BulkAlertVerdict[]>('POST', '/alerts/bulk', {
      action: 'acknowledge',
      ids,
      by: 'maria',
    });
    expect(answer.body.data.map(({ id, ok, code }) => [id, ok, code])).toEqual([
      [ids[0], true, null],
      [ids[1], true, null],
      [ids[2], false, 'unknown-alert'],
      [ids[3], false, 'unknown-alert'],
    ]);
    expect(await world.list('state=acknowledged')).toHaveLength(2);
    expect(await world.list('project=sample')).toMatchObject([{ state: 'firing' }]);
    const many = Array.from({ length: 501 }, () => `1~${randomUUID()}`);
    const tooMany = await send('POST', '/alerts/bulk', { action: 'resolve', ids: many });
    expect(tooMany.status).toBe(400);
  });

  it('is made but not told while a silence matches, and told after it', async () => {
    const silence = await send<Silence>('POST', '/alerts/silences', {
      matchers: [{ field: 'agentId', operator: 'glob', value: 'planner-*' }],
      startsAt: at(START),
      endsAt: at(START + 10 * MINUTE),
      comment: 'reindexing',
    } satisfies SilenceInput);
    expect(silence).toMatchObject({ status: 201, body: { data: { state: 'active' } } });
    const alert = await fired();
    expect(alert).toMatchObject({ state: 'firing', silencedBy: silence.body.data.id });
    await world.judgeWindows();
    expect(told()).toEqual([]);
    world.nowMs += 10 * MINUTE;
    await world.judgeWindows();
    expect(await world.list()).toMatchObject([{ silencedBy: null }]);
    expect(told()).toEqual(['fired']);
    expect(await history(alert.id)).toEqual(['fired', 'silenced', 'unsilenced']);
  });

  it('is told of nothing if it begins and ends in silence', async () => {
    await send('POST', '/alerts/silences', {
      matchers: [{ field: 'severity', operator: 'equals', value: 'warning' }],
      startsAt: at(START - MINUTE),
      endsAt: at(START + 60 * MINUTE),
    });
    const { id } = await fired();
    await act(id, 'resolve');
    expect(told()).toEqual([]);
  });

  it('is made but not told by a muted rule, and not made by a disabled one', async () => {
    await send('PUT', '/alerts/rules/slow_execution', { muted: true });
    await fired();
    expect(await world.list()).toHaveLength(1);
    expect(told()).toEqual([]);
    await send('PUT', '/alerts/rules/slow_execution', { muted: false, enabled: false });
    await world.report({ durationMs: 9000, agentKey: 2 });
    expect(await world.list('agentId=planner-2')).toEqual([]);
    await world.judgeWindows();
    expect(told()).toEqual(['fired']);
  });

  it('is flapping after six changes within an hour, and told when it is steady', async () => {
    const rule = await aRule({
      statistic: 'successRate',
      operator: 'lt',
      warning: 50,
      windowMs: MINUTE,
    });
    for (let round = 0; round < 4; round += 1) {
      await world.report({ status: 'failure', taskType: `t${round}` });
      await world.judgeWindows();
      if (round === 3) break;
      world.nowMs += 2 * MINUTE;
      await world.report({});
      await world.judgeWindows();
      world.nowMs += 2 * MINUTE;
    }
    const [newest, ...older] = await ofRule(rule);
    expect(older.map(({ state, flapping }) => [state, flapping])).toEqual(
      Array.from({ length: 3 }, () => ['resolved', false]),
    );
    expect(newest).toMatchObject({ state: 'firing', flapping: true });
    const mine = (): string[] =>
      world.told.filter(({ alert }) => alert.ruleId === rule.id).map((one) => one.transition);
    expect(mine()).toEqual(['fired', 'resolved', 'fired', 'resolved', 'fired', 'resolved']);
    world.nowMs += 61 * MINUTE;
    await world.judgeWindows();
    expect(await ofRule(rule, 'state=firing')).toMatchObject([{ flapping: false }]);
    expect(mine().at(-1)).toBe('fired');
  });

  it('waits for the hold in the database, and is told again at the interval', async () => {
    const rule = await aRule({
      statistic: 'p95Ms',
      operator: 'gt',
      warning: 1500,
      holdMs: 2 * MINUTE,
      renotifyMs: 10 * MINUTE,
    });
    await world.report({ durationMs: 1700 });
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ state: 'pending', activeAt: at(START) }]);
    expect(told()).toEqual([]);
    world.nowMs += 2 * MINUTE - 1;
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ state: 'pending' }]);
    world.nowMs += 1;
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([
      { state: 'firing', firedAt: at(START + 2 * MINUTE), count: 1 },
    ]);
    world.nowMs += 10 * MINUTE;
    await world.judgeWindows();
    await world.judgeWindows();
    expect(told()).toEqual(['fired', 'renotified']);
    await act((await ofRule(rule))[0]?.id ?? '', 'acknowledge');
    world.nowMs += 10 * MINUTE;
    await world.judgeWindows();
    expect(told()).toEqual(['fired', 'renotified', 'acknowledged']);
  });

  it('follows a rule that is edited while it fires', async () => {
    const rule = await aRule({ statistic: 'meanMs', operator: 'gt', warning: 1500 });
    await world.report({ durationMs: 1700 });
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ state: 'firing' }]);
    await send('PUT', `/alerts/rules/${rule.id}`, { holdMs: 5 * MINUTE });
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ state: 'pending' }]);
    world.nowMs += 5 * MINUTE;
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ state: 'firing' }]);
    await send('PUT', `/alerts/rules/${rule.id}`, { warning: 1800 });
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ state: 'resolved', resolvedBy: 'system' }]);
  });

  it('stays as it is when data stops, and says so', async () => {
    const rule = await aRule({
      statistic: 'meanMs',
      operator: 'gt',
      warning: 1500,
      windowMs: 5 * MINUTE,
    });
    await world.report({ durationMs: 1700 });
    await world.judgeWindows();
    world.nowMs += 10 * MINUTE;
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([
      { state: 'firing', noDataSince: at(START + 10 * MINUTE) },
    ]);
    await world.report({ durationMs: 1000 });
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ state: 'resolved' }]);
  });

  it.each(['agentType', 'all', 'taskType'] as const)('is one for many by %s', async (groupBy) => {
    const rule = await aRule({ statistic: 'count', operator: 'gte', warning: 5, groupBy });
    await world.report(...times(3, {}), ...times(3, { agentKey: 2 }));
    await world.judgeWindows();
    const value = { agentType: 'orchestrator', all: null, taskType: 'default' }[groupBy];
    const alerts = await ofRule(rule);
    expect(alerts).toMatchObject([
      { agentId: '', subject: { kind: groupBy, value }, actualValue: 6, thresholdValue: 5 },
    ]);
    const { id } = alerts[0] as Alert;
    expect(id).toMatch(/^0~/);
    expect((await act(id, 'acknowledge', { owner: 'maria' })).status).toBe(200);
    const causes = await send<unknown[]>('GET', `/alerts/${id}/executions`);
    expect(causes.body.data).toHaveLength(6);
    expect(await world.list('project=sample')).toEqual([]);
  });

  it('watches tasks of one type alone', async () => {
    const rule = await aRule({
      statistic: 'maxMs',
      operator: 'gt',
      warning: 1500,
      taskType: 'parse',
    });
    await world.report({ durationMs: 1700 });
    await world.judgeWindows();
    expect(await ofRule(rule)).toEqual([]);
    await world.report({ durationMs: 1700, taskType: 'parse' });
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ taskType: 'parse', actualValue: 1700 }]);
  });

  it('tells of silence, and of hearing again', async () => {
    const rule = await aRule({ type: 'no_data', windowMs: 30 * MINUTE, agentId: 'planner-2' });
    await world.report({ agentKey: 2 });
    await world.judgeWindows();
    expect(await ofRule(rule)).toEqual([]);
    world.nowMs += 30 * MINUTE;
    await world.judgeWindows();
    expect(await ofRule(rule)).toEqual([]);
    world.nowMs += MINUTE;
    await world.judgeWindows();
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ state: 'firing', count: 1, type: 'no_data' }]);
    await act((await ofRule(rule))[0]?.id ?? '', 'resolve');
    world.nowMs += MINUTE;
    await world.judgeWindows();
    expect(await ofRule(rule)).toHaveLength(1);
    await world.report({ agentKey: 2 });
    world.nowMs += 31 * MINUTE;
    await world.judgeWindows();
    expect(await ofRule(rule, 'state=firing')).toHaveLength(1);
    await world.report({ agentKey: 2 });
    await world.judgeWindows();
    expect(await ofRule(rule, 'state=firing')).toEqual([]);
  });

  it('raises an alert for missing data where the rule says so', async () => {
    const rule = await aRule({
      statistic: 'meanMs',
      operator: 'gt',
      warning: 1500,
      windowMs: 5 * MINUTE,
      noData: 'alert',
      agentId: 'planner-1',
    });
    await world.report({});
    await world.judgeWindows();
    expect(await ofRule(rule)).toEqual([]);
    world.nowMs += 10 * MINUTE;
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ state: 'firing', unit: 'ms' }]);
    await world.report({});
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ state: 'resolved' }]);
  });

  it('finds executions that hang, until they end', async () => {
    const rule = await aRule({ type: 'stuck_execution', heartbeatMs: 5 * MINUTE });
    const executionId = randomUUID();
    const run = (heartbeat: number): Promise<unknown> =>
      world.dataSource.query(
        `INSERT INTO running_executions VALUES (1, $1, 't', 't', 'default', 3, 1, $2, $3)
         ON CONFLICT (agent_key, execution_id) DO UPDATE SET heartbeat_at = EXCLUDED.heartbeat_at`,
        [executionId, new Date(START), new Date(heartbeat)],
      );
    await run(START);
    // Expected are 1.2 s: three times that is 3.6 s.
    world.nowMs = START + 3600;
    await world.judgeWindows();
    expect(await ofRule(rule)).toEqual([]);
    world.nowMs = START + 3601;
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([
      { state: 'firing', severity: 'warning', executionId },
    ]);
    world.nowMs = START + 12_001;
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ severity: 'critical' }]);
    await world.dataSource.query('DELETE FROM running_executions');
    await world.judgeWindows();
    expect(await ofRule(rule)).toMatchObject([{ state: 'resolved' }]);
  });

  it('links to the executions that caused it', async () => {
    const [slow] = await world.report({ durationMs: 2000 }, { durationMs: 1000 });
    const [alert] = await world.list();
    const causes = await send<{ executionId: string }[]>('GET', `/alerts/${alert?.id}/executions`);
    expect(causes.body.data).toMatchObject([
      {
        executionId: slow?.executionId,
        agentId: 'planner-1',
        durationMs: 2000,
        project: 'default',
      },
    ]);
  });

  it('leaves figures behind', async () => {
    const { id } = await fired();
    world.nowMs += 4 * MINUTE;
    await act(id, 'acknowledge');
    world.nowMs += 6 * MINUTE;
    await act(id, 'resolve');
    await world.report({ durationMs: 9000, agentKey: 2 });
    world.nowMs += 1;
    const stats = await send<AlertStats>('GET', '/alerts/stats');
    expect(stats.body.data).toMatchObject({
      open: { pending: 0, firing: 1, acknowledged: 0 },
      fired: 2,
      resolved: 1,
      acknowledged: 1,
      bySeverity: { info: 0, warning: 1, critical: 1 },
      mttaMs: 4 * MINUTE,
      mttrMs: 10 * MINUTE,
    });
    const before = await send<AlertStats>('GET', `/alerts/stats?to=${at(START)}`);
    expect(before.body.data).toMatchObject({ fired: 0, mttaMs: null, mttrMs: null });
  });

  describe('rules', () => {
    it('begin with the four of every project', async () => {
      const { body } = await send<AlertRule[]>('GET', '/alerts/rules');
      expect(body.data.map(({ id, builtIn, version }) => [id, builtIn, version])).toEqual([
        ['slow_execution', true, 1],
        ['high_failure_rate', true, 1],
        ['resource_overuse', true, 1],
        ['degraded_performance', true, 1],
      ]);
    });

    it('can be tuned, for their own project only', async () => {
      const tuned = await send<AlertRule>('PUT', '/alerts/rules/slow_execution', {
        warning: 3,
        critical: null,
        author: 'maria',
      });
      expect(tuned).toMatchObject({
        status: 200,
        etag: '"2"',
        body: { data: { warning: 3, critical: null, version: 2, updatedBy: 'maria' } },
      });
      await world.report({ durationMs: 3000 }, { durationMs: 3000, agentKey: 3 });
      expect(await world.list()).toEqual([]);
      expect(await world.list('project=sample')).toHaveLength(1);
      await world.report({ durationMs: 3601 });
      expect(await world.list()).toMatchObject([{ severity: 'warning', thresholdValue: 3600 }]);
    });

    it('are not lost to somebody faster', async () => {
      const rule = await aRule({ statistic: 'count', operator: 'gt', warning: 5 });
      const path = `/alerts/rules/${rule.id}`;
      expect((await send('PUT', path, { warning: 6 }, { 'if-match': '"1"' })).etag).toBe('"2"');
      expect(await send('PUT', path, { warning: 7 }, { 'if-match': '"1"' })).toMatchObject({
        status: 412,
        body: { code: 'precondition-failed' },
      });
      expect((await send('DELETE', path, undefined, { 'if-match': '"1"' })).status).toBe(412);
      expect((await send('DELETE', path, undefined, { 'if-match': '"2"' })).status).toBe(204);
      expect((await send('GET', path)).status).toBe(404);
      const answers = await Promise.all(
        Array.from({ length: 5 }, (_, n) =>
          send(
            'PUT',
            '/alerts/rules/high_failure_rate',
            { minSample: 20 + n },
            { 'if-match': '"1"' },
          ),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412]);
    });

    it('end their alerts when they go', async () => {
      const rule = await aRule({ statistic: 'count', operator: 'gt', warning: 1 });
      await world.report({}, {});
      await world.judgeWindows();
      expect(await ofRule(rule)).toMatchObject([{ state: 'firing' }]);
      await send('DELETE', `/alerts/rules/${rule.id}`);
      expect(await ofRule(rule)).toMatchObject([
        { state: 'resolved', resolveReason: 'the rule was deleted' },
      ]);
    });

    it('are not deleted where they are built in, nor seen elsewhere', async () => {
      expect(await send('DELETE', '/alerts/rules/slow_execution')).toMatchObject({
        status: 409,
        body: { code: 'built-in-rule' },
      });
      const rule = await aRule({ statistic: 'count', operator: 'gt', warning: 1 });
      expect((await send('GET', `/alerts/rules/${rule.id}?project=sample`)).status).toBe(404);
      expect((await send('DELETE', `/alerts/rules/${rule.id}?project=sample`)).status).toBe(404);
    });

    it.each<[object, string]>([
      [{}, 'statistic'],
      [{ statistic: 'count' }, 'operator'],
      [{ statistic: 'count', operator: 'gt' }, 'warning'],
      [{ statistic: 'count', operator: 'gt', warning: 5, critical: 5 }, 'critical'],
      [{ statistic: 'count', operator: 'lt', warning: 5, critical: 6 }, 'critical'],
      [{ statistic: 'count', operator: 'gt', warning: 5, recovery: 6 }, 'recovery'],
      [{ statistic: 'mood', operator: 'gt', warning: 5 }, 'statistic'],
      [{ statistic: 'count', operator: 'gt', warning: -1 }, 'warning'],
      [{ statistic: 'count', operator: 'gt', warning: 1, windowMs: 1000 }, 'windowMs'],
      [{ statistic: 'count', operator: 'gt', warning: 1, heartbeatMs: 5000 }, 'heartbeatMs'],
      [{ statistic: 'count', operator: 'gt', warning: 1, groupBy: 'all', agentId: 'a' }, 'agentId'],
      [{ type: 'slow_execution' }, 'type'],
      [{ type: 'no_data', warning: 5 }, 'warning'],
      [{ type: 'no_data', windowMs: 60_000, critical: 60_000 }, 'critical'],
      [{ name: '', statistic: 'count', operator: 'gt', warning: 1 }, 'name'],
      [{ mood: 1 }, 'mood'],
    ])('are refused as %j, naming %s', async (input, path) => {
      const answer = await send('POST', '/alerts/rules', {
        type: 'threshold',
        name: 'x',
        ...input,
      });
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      expect(answer.body.errors?.map((error) => error.path)).toContain(path);
    });
  });

  describe('silences', () => {
    const input: SilenceInput = {
      matchers: [{ field: 'agentId', operator: 'equals', value: 'planner-1' }],
      startsAt: at(START),
      endsAt: at(START + MINUTE),
    };

    it('are listed, replaced and deleted, by version', async () => {
      const made = await send<Silence>('POST', '/alerts/silences', input);
      const path = `/alerts/silences/${made.body.data.id}`;
      expect((await send<Silence[]>('GET', '/alerts/silences')).body.data).toEqual([
        made.body.data,
      ]);
      const longer = { ...input, endsAt: at(START + 2 * MINUTE) };
      expect((await send('PUT', path, longer, { 'if-match': '"1"' })).etag).toBe('"2"');
      expect((await send('PUT', path, longer, { 'if-match': '"1"' })).status).toBe(412);
      expect((await send('DELETE', `${path}?project=sample`)).status).toBe(404);
      world.nowMs += 2 * MINUTE;
      expect((await send<Silence>('GET', path)).body.data.state).toBe('expired');
      expect((await send('DELETE', path)).status).toBe(204);
      expect((await send('GET', path)).status).toBe(404);
    });

    it.each([
      { ...input, endsAt: input.startsAt },
      { ...input, matchers: [] },
      { ...input, matchers: [{ field: 'mood', operator: 'equals', value: 'x' }] },
      { ...input, matchers: [{ field: 'agentId', operator: 'regex', value: 'x' }] },
      { ...input, startsAt: 'now' },
      { ...input, recurrence: { days: ['sat'], from: '25:00', to: '04:00', timeZone: 'UTC' } },
      { ...input, recurrence: { days: ['sat'], from: '22:00', to: '04:00', timeZone: 'Mars' } },
    ])('are refused as %j', async (bad) => {
      expect(await send('POST', '/alerts/silences', bad)).toMatchObject({
        status: 400,
        body: { code: 'invalid-request' },
      });
    });
  });
});
