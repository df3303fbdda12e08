import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert, Status } from '@app/contracts';
import { sealCursor } from '@app/platform';

import { AccessWorld, aRecord } from '../support/access-world.js';
import { eventually } from '../support/eventually.js';

const CHANNEL = {
  name: 'hook',
  kind: 'webhook',
  settings: {
    url: 'http://127.0.0.1:9/hook',
    secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  },
};
const PANEL = { kind: 'line', metrics: ['tasks'] };
const SILENCE = {
  matchers: [{ field: 'agentId', operator: 'equals', value: 'mine' }],
  startsAt: '2026-01-01T00:00:00Z',
  endsAt: '2028-01-01T00:00:00Z',
};
const VIEW = { page: 'tasks', name: 'mine', parameters: {}, shared: true, isDefault: false };
const RULE = {
  type: 'threshold',
  name: 'mine',
  statistic: 'p95Ms',
  operator: 'gt',
  // Never reached: an alert of its own would come whenever it comes, and be taken for a change.
  warning: 5_000_000,
};

/** Everything that `default` has, and an administrator of `other` who knows all its ids. */
describe('who knows the ids of another project', () => {
  let world: AccessWorld;
  let stranger: string;
  /** Values of the parameters of paths, by the beginning of the path. */
  const ids = {} as Record<
    | 'dashboards'
    | 'views'
    | 'silences'
    | 'rules'
    | 'channels'
    | 'deliveries'
    | 'keys'
    | 'invitations'
    | 'members'
    | 'alerts'
    | 'agents',
    string
  >;
  let before: string;

  const whatIsThere = async (): Promise<string> => {
    const rows: unknown[] = [];
    for (const table of [
      'dashboards',
      'saved_views',
      'alert_silences',
      'alert_rules',
      'notification_channels',
      'notification_deliveries',
      'agent_performance_alerts',
      'alert_transitions',
      'api_keys',
      'invitations',
      'project_members',
    ]) {
      const found = await world.query<{ row: string }>(
        `SELECT to_jsonb(t)::text AS row FROM ${table} t ORDER BY 1`,
      );
      // Looking at a key notes that it was used.
      rows.push(
        table,
        found.map(({ row }) => row.replace(/"last_used_at": [^,}]+/, '')),
      );
    }
    return JSON.stringify(rows);
  };

  beforeAll(async () => {
    world = await AccessWorld.boot({
      env: { RATE_LIMIT_PER_SECOND: '0', NOTIFY_ALLOW_HOSTS: '127.0.0.1:9' },
    });
    await world.aProject('other');
    stranger = (await world.aKey(['admin', 'ingest'], 'other')).key;
    const make = async (path: string, body: object): Promise<Record<string, string>> =>
      world.must('POST', path, { key: world.admin, body });
    ids.dashboards = (await make('/dashboards', { name: 'mine', panels: [PANEL] }))['id'] ?? '';
    ids.views = (await make('/views', VIEW))['id'] ?? '';
    ids.silences = (await make('/alerts/silences', SILENCE))['id'] ?? '';
    ids.rules = (await make('/alerts/rules', RULE))['id'] ?? '';
    ids.channels = (await make('/notifications/channels', CHANNEL))['id'] ?? '';
    const test = `/notifications/channels/${ids.channels}/test`;
    ids.deliveries = (await make(test, {}))['id'] ?? '';
    ids.keys = (await world.aKey(['read'])).keyId;
    ids.invitations = (await make('/invitations', { role: 'viewer' }))['invitationId'] ?? '';
    ids.members = await world.aUser('maria', 'viewer');
    const slow = { ...aRecord('mine'), complexity: 1, durationMs: 50_000 };
    await world.must('POST', '/metrics', { key: world.admin, body: slow });
    const alert = await eventually(async () => {
      const [found] = await world.must<Alert[]>('GET', '/alerts', { key: world.admin });
      return found;
    }, 'an alert');
    ids.alerts = alert.id;
    ids.agents = 'mine';
    before = await whatIsThere();
  });
  afterAll(async () => world?.close());

  const routes = (): [string, string, object?][] => [
    ['GET', `/dashboards/${ids.dashboards}`],
    ['GET', `/dashboards/${ids.dashboards}/export`],
    ['PUT', `/dashboards/${ids.dashboards}`, { name: 'taken', panels: [PANEL] }],
    ['DELETE', `/dashboards/${ids.dashboards}`],
    ['PUT', `/views/${ids.views}`, { ...VIEW, name: 'taken' }],
    ['DELETE', `/views/${ids.views}`],
    ['GET', `/alerts/silences/${ids.silences}`],
    ['PUT', `/alerts/silences/${ids.silences}`, SILENCE],
    ['DELETE', `/alerts/silences/${ids.silences}`],
    ['GET', `/alerts/rules/${ids.rules}`],
    ['PUT', `/alerts/rules/${ids.rules}`, { name: 'taken' }],
    ['DELETE', `/alerts/rules/${ids.rules}`],
    [
      'POST',
      '/alerts/rules/backtest',
      { ruleId: ids.rules, from: SILENCE.startsAt, to: '2026-01-02T00:00:00Z' },
    ],
    ['GET', `/notifications/channels/${ids.channels}`],
    ['PATCH', `/notifications/channels/${ids.channels}`, { name: 'taken' }],
    ['POST', `/notifications/channels/${ids.channels}/test`, {}],
    ['DELETE', `/notifications/channels/${ids.channels}`],
    ['GET', `/notifications/deliveries/${ids.deliveries}`],
    ['POST', `/notifications/deliveries/${ids.deliveries}/retry`, {}],
    ['DELETE', `/keys/${ids.keys}`],
    ['DELETE', `/invitations/${ids.invitations}`],
    ['PUT', `/members/${ids.members}`, { role: 'admin' }],
    ['DELETE', `/members/${ids.members}`],
    ['GET', `/alerts/${ids.alerts}`],
    ['GET', `/alerts/${ids.alerts}/transitions`],
    ['GET', `/alerts/${ids.alerts}/executions`],
    ['POST', `/alerts/${ids.alerts}/resolve`, {}],
    ['POST', `/alerts/${ids.alerts}/acknowledge`, {}],
    ['POST', `/alerts/${ids.alerts}/unacknowledge`, {}],
    ['POST', `/alerts/${ids.alerts}/snooze`, { forMs: 60_000 }],
    ['GET', '/agents/mine'],
    ['GET', '/agents/mine/breakdown'],
    ['GET', '/compare?agentIds=mine'],
    ['GET', '/trends?agentId=mine'],
    ['GET', '/summary?agentId=mine'],
    ['GET', '/metrics?agentId=mine'],
    ['GET', '/metrics?agentId=mine&format=csv'],
  ];

  it('finds and changes nothing of it', async () => {
    for (const [method, path, body] of routes()) {
      const answer = await world.ask(method, path, { key: stranger, ...(body && { body }) });
      expect([method, path, answer.status, answer.text.includes('"mine"')]).toEqual([
        method,
        path,
        404,
        false,
      ]);
    }
    const bulk = await world.ask<{ ok: boolean; code: string }[]>('POST', '/alerts/bulk', {
      key: stranger,
      body: { action: 'resolve', ids: [ids.alerts] },
    });
    expect(bulk.body.data).toMatchObject([{ ok: false, code: 'unknown-alert' }]);
    // Not even a version or a lock.
    expect(await whatIsThere()).toBe(before);
  });

  it('sees nothing of it in any list, figure or socket', async () => {
    for (const path of [
      '/dashboards',
      '/views',
      '/alerts',
      '/alerts/silences',
      '/alerts/rules',
      '/alerts/stats',
      '/notifications/channels',
      '/notifications/deliveries',
      '/keys',
      '/invitations',
      '/members',
      '/audit',
      '/agents',
      '/summary',
      '/summary/total',
      '/metrics',
      '/executions/running',
      '/projects',
      '/status',
      `/alerts?ruleId=${ids.rules}`,
      `/notifications/deliveries?channelId=${ids.channels}`,
    ]) {
      const { status, text } = await world.ask('GET', path, { key: stranger });
      expect([path, status]).toEqual([path, 200]);
      // What the stranger has tried is written down for the stranger.
      const isOwn = path === '/audit';
      const foreign = Object.values(ids).filter(
        (id) => !isOwn && id !== 'mine' && text.includes(id),
      );
      expect([path, foreign, /"(mine|maria)"/.test(text)]).toEqual([path, [], false]);
    }
  });

  it('cannot make a cursor lead there, nor bring anything down with one', async () => {
    const alert = ids.alerts.split('~');
    const own = (
      await world.query<{ project_id: number }>(
        `SELECT project_id FROM projects WHERE slug = 'other'`,
      )
    )[0]?.project_id;
    const now = Date.now();
    const place = {
      figure: null,
      startedAtMs: now,
      agentKey: Number(alert[0]),
      executionId: alert[1],
    };
    const hostile: unknown[] = [
      null,
      {},
      [],
      'x',
      [NaN, 1, place],
      [0, now, null],
      [0, 9e15, place],
      [0, now, { ...place, executionId: 'x' }],
      [0, now, { ...place, agentKey: 1e12 }],
      [0, now, { ...place, startedAtMs: -8.64e15 }],
      [0, now, ["'; DROP TABLE agents; --", 7]],
      [-8_640_000_000_000_000, ids.alerts],
      [-8_640_000_000_000_000, alert[1]],
      [now, '1~x'],
    ];
    const sort = { sort: 'startedAt', order: 'desc' };
    const lists: [string, unknown, unknown][] = [
      ['/metrics', ['metrics', own, sort, {}], [now - 1000, now, place]],
      [
        '/summary',
        ['summary', own, { sort: 'rank', order: 'desc' }, {}],
        [now - 1, now, [null, 'a']],
      ],
      ['/alerts', ['alerts', own], [now, ids.alerts]],
      ['/audit', ['audit', own], [now, alert[1]]],
      ['/notifications/deliveries', ['deliveries', own], [now, alert[1]]],
    ];
    for (const [path, list, good] of lists) {
      // So that the others are refused for their places alone.
      const right = await world.ask('GET', `${path}?cursor=${sealCursor(list, good)}`, {
        key: stranger,
      });
      expect([path, right.status, right.text.includes('"mine"')]).toEqual([path, 200, false]);
      for (const one of hostile) {
        const cursor = sealCursor(list, one);
        const { status, body } = await world.ask('GET', `${path}?cursor=${cursor}`, {
          key: stranger,
        });
        expect([path, one, status, body.code]).toEqual([path, one, 400, 'invalid-request']);
      }
      const text = Buffer.from('1764500000000/1~x').toString('base64url');
      expect((await world.ask('GET', `${path}?cursor=${text}`, { key: stranger })).status).toBe(
        400,
      );
    }
    const foreign = sealCursor(['alerts', 1], [now, ids.alerts]);
    expect((await world.ask('GET', `/alerts?cursor=${foreign}`, { key: stranger })).status).toBe(
      400,
    );
  });

  it('is not told the names of projects that keep things for another time', async () => {
    const put = { key: world.admin, body: { rawDays: 14 } };
    await world.must('PUT', '/settings/retention?project=default', put);
    await world.must('PUT', '/settings/retention?project=other', put);
    const named = async (key: string): Promise<string[]> => {
      const status = await world.must<Status>('GET', '/status', { key });
      return (status.retention.projects ?? []).map(({ project }) => project);
    };
    expect(await named(world.admin)).toEqual(['default', 'other']);
    expect(await named(stranger)).toEqual(['other']);
  });
});
