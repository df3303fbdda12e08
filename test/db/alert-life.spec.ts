import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AlertStats, BulkAlertVerdict, Silence, SilenceInput } from '@app/contracts';

import { AlertsWorld, MINUTE, START, at } from '../support/alerts-world.js';

describe('what people do to an alert', () => {
  let world: AlertsWorld;

  beforeAll(async () => {
    world = await AlertsWorld.boot();
  });
  afterAll(() => world.close());
  beforeEach(() => world.reset());

  it('is acknowledged by somebody, with a note, until it resolves', async () => {
    const { id } = await world.fired();
    world.nowMs += MINUTE;
    const first = await world.act(id, 'acknowledge', { owner: 'maria', note: 'on it' });
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
    expect(await world.history(id)).toEqual(['fired', 'acknowledged', 'resolved']);
    expect(world.toldOf()).toEqual(['fired', 'acknowledged', 'resolved', 'fired']);
  });

  it('gives an acknowledgement back', async () => {
    const { id } = await world.fired();
    await world.act(id, 'acknowledge', { by: 'maria' });
    const back = await world.act(id, 'unacknowledge', { by: 'maria', note: 'cannot' });
    expect(back.body.data).toMatchObject({ state: 'firing', acknowledgedBy: null });
    expect(await world.history(id)).toEqual(['fired', 'acknowledged', 'unacknowledged']);
  });

  it('refuses to be changed when it is over', async () => {
    const { id } = await world.fired();
    await world.act(id, 'resolve');
    for (const [action, body] of [
      ['acknowledge', {}],
      ['unacknowledge', {}],
      ['snooze', { forMs: 5000 }],
    ] as const) {
      expect(await world.act(id, action, body)).toMatchObject({
        status: 409,
        body: { code: 'alert-already-resolved' },
      });
    }
    expect((await world.act(id, 'resolve')).status).toBe(200);
    expect(await world.history(id)).toEqual(['fired', 'resolved']);
  });

  it('is resolved once by many at once', async () => {
    const { id } = await world.fired();
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, n) => world.act(id, 'resolve', { resolvedBy: `person-${n}` })),
    );
    expect(new Set(answers.map(({ body }) => body.data.resolvedBy)).size).toBe(1);
    expect(await world.history(id)).toEqual(['fired', 'resolved']);
  });

  it('is not told while it is snoozed, and told again when that is over', async () => {
    const { id } = await world.fired();
    await world.act(id, 'snooze', { forMs: 30 * MINUTE, by: 'maria' });
    await world.report({ durationMs: 9000 });
    await world.judgeWindows();
    expect(world.toldOf()).toEqual(['fired']);
    world.nowMs += 30 * MINUTE;
    await world.judgeWindows();
    expect(await world.list()).toMatchObject([{ snoozedUntil: null, severity: 'critical' }]);
    expect(world.toldOf()).toEqual(['fired', 'escalated']);
    expect(await world.history(id)).toEqual(['fired', 'snoozed', 'escalated', 'unsnoozed']);
  });

  it.each([
    {},
    { until: at(START + MINUTE), forMs: 5000 },
    { forMs: 31 * 24 * 60 * MINUTE },
    { until: 'tomorrow' },
    { forMs: 1.5 },
    { unknown: 1 },
  ])('refuses the snooze %j', async (body) => {
    const { id } = await world.fired();
    expect(await world.act(id, 'snooze', body)).toMatchObject({
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
    const answer = await world.send<BulkAlertVerdict[]>('POST', '/alerts/bulk', {
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
    const tooMany = await world.send('POST', '/alerts/bulk', { action: 'resolve', ids: many });
    expect(tooMany.status).toBe(400);
  });

  it('is made but not told while a silence matches, and told after it', async () => {
    const silence = await world.send<Silence>('POST', '/alerts/silences', {
      matchers: [{ field: 'agentId', operator: 'glob', value: 'planner-*' }],
      startsAt: at(START),
      endsAt: at(START + 10 * MINUTE),
      comment: 'reindexing',
    } satisfies SilenceInput);
    expect(silence).toMatchObject({ status: 201, body: { data: { state: 'active' } } });
    const alert = await world.fired();
    expect(alert).toMatchObject({ state: 'firing', silencedBy: silence.body.data.id });
    await world.judgeWindows();
    expect(world.toldOf()).toEqual([]);
    world.nowMs += 10 * MINUTE;
    await world.judgeWindows();
    expect(await world.list()).toMatchObject([{ silencedBy: null }]);
    expect(world.toldOf()).toEqual(['fired']);
    expect(await world.history(alert.id)).toEqual(['fired', 'silenced', 'unsilenced']);
  });

  it('is told of nothing if it begins and ends in silence', async () => {
    await world.send('POST', '/alerts/silences', {
      matchers: [{ field: 'severity', operator: 'equals', value: 'warning' }],
      startsAt: at(START - MINUTE),
      endsAt: at(START + 60 * MINUTE),
    });
    const { id } = await world.fired();
    await world.act(id, 'resolve');
    expect(world.toldOf()).toEqual([]);
  });

  it('is made but not told by a muted rule, and not made by a disabled one', async () => {
    await world.send('PUT', '/alerts/rules/slow_execution', { muted: true });
    await world.fired();
    expect(await world.list()).toHaveLength(1);
    expect(world.toldOf()).toEqual([]);
    await world.send('PUT', '/alerts/rules/slow_execution', { muted: false, enabled: false });
    await world.report({ durationMs: 9000, agentKey: 2 });
    expect(await world.list('agentId=planner-2')).toEqual([]);
    await world.judgeWindows();
    expect(world.toldOf()).toEqual(['fired']);
  });

  it('leaves figures behind', async () => {
    const { id } = await world.fired();
    world.nowMs += 4 * MINUTE;
    await world.act(id, 'acknowledge');
    world.nowMs += 6 * MINUTE;
    await world.act(id, 'resolve');
    await world.report({ durationMs: 9000, agentKey: 2 });
    world.nowMs += 1;
    const stats = await world.send<AlertStats>('GET', '/alerts/stats');
    expect(stats.body.data).toMatchObject({
      open: { pending: 0, firing: 1, acknowledged: 0 },
      fired: 2,
      resolved: 1,
      acknowledged: 1,
      bySeverity: { info: 0, warning: 1, critical: 1 },
      mttaMs: 4 * MINUTE,
      mttrMs: 10 * MINUTE,
    });
    const before = await world.send<AlertStats>('GET', `/alerts/stats?to=${at(START)}`);
    expect(before.body.data).toMatchObject({ fired: 0, mttaMs: null, mttrMs: null });
  });
});
