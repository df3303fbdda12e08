import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AlertRule, Silence, SilenceInput } from '@app/contracts';

import { AlertsWorld, MINUTE, START, at } from '../support/alerts-world.js';

describe('rules and silences', () => {
  let world: AlertsWorld;

  beforeAll(async () => {
    world = await AlertsWorld.boot();
  });
  afterAll(() => world.close());
  beforeEach(() => world.reset());

  describe('rules', () => {
    it('begin with the four of every project', async () => {
      const { body } = await world.send<AlertRule[]>('GET', '/alerts/rules');
      expect(body.data.map(({ id, builtIn, version }) => [id, builtIn, version])).toEqual([
        ['slow_execution', true, 1],
        ['high_failure_rate', true, 1],
        ['resource_overuse', true, 1],
        ['degraded_performance', true, 1],
      ]);
    });

    it('can be tuned, for their own project only', async () => {
      const tuned = await world.send<AlertRule>('PUT', '/alerts/rules/slow_execution', {
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
      const rule = await world.aRule({ statistic: 'count', operator: 'gt', warning: 5 });
      const path = `/alerts/rules/${rule.id}`;
      expect((await world.send('PUT', path, { warning: 6 }, { 'if-match': '"1"' })).etag).toBe(
        '"2"',
      );
      expect(await world.send('PUT', path, { warning: 7 }, { 'if-match': '"1"' })).toMatchObject({
        status: 412,
        body: { code: 'precondition-failed' },
      });
      expect((await world.send('DELETE', path, undefined, { 'if-match': '"1"' })).status).toBe(412);
      expect((await world.send('DELETE', path, undefined, { 'if-match': '"2"' })).status).toBe(204);
      expect((await world.send('GET', path)).status).toBe(404);
      const answers = await Promise.all(
        Array.from({ length: 5 }, (_, n) =>
          world.send(
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
      const rule = await world.aRule({ statistic: 'count', operator: 'gt', warning: 1 });
      await world.report({}, {});
      await world.judgeWindows();
      expect(await world.ofRule(rule)).toMatchObject([{ state: 'firing' }]);
      await world.send('DELETE', `/alerts/rules/${rule.id}`);
      expect(await world.ofRule(rule)).toMatchObject([
        { state: 'resolved', resolveReason: 'the rule was deleted' },
      ]);
    });

    it('are not deleted where they are built in, nor seen elsewhere', async () => {
      expect(await world.send('DELETE', '/alerts/rules/slow_execution')).toMatchObject({
        status: 409,
        body: { code: 'built-in-rule' },
      });
      const rule = await world.aRule({ statistic: 'count', operator: 'gt', warning: 1 });
      expect((await world.send('GET', `/alerts/rules/${rule.id}?project=sample`)).status).toBe(404);
      expect((await world.send('DELETE', `/alerts/rules/${rule.id}?project=sample`)).status).toBe(
        404,
      );
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
      const answer = await world.send('POST', '/alerts/rules', {
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
      const made = await world.send<Silence>('POST', '/alerts/silences', input);
      const path = `/alerts/silences/${made.body.data.id}`;
      expect((await world.send<Silence[]>('GET', '/alerts/silences')).body.data).toEqual([
        made.body.data,
      ]);
      const longer = { ...input, endsAt: at(START + 2 * MINUTE) };
      expect((await world.send('PUT', path, longer, { 'if-match': '"1"' })).etag).toBe('"2"');
      expect((await world.send('PUT', path, longer, { 'if-match': '"1"' })).status).toBe(412);
      expect((await world.send('DELETE', `${path}?project=sample`)).status).toBe(404);
      world.nowMs += 2 * MINUTE;
      expect((await world.send<Silence>('GET', path)).body.data.state).toBe('expired');
      expect((await world.send('DELETE', path)).status).toBe(204);
      expect((await world.send('GET', path)).status).toBe(404);
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
      expect(await world.send('POST', '/alerts/silences', bad)).toMatchObject({
        status: 400,
        body: { code: 'invalid-request' },
      });
    });
  });
});
