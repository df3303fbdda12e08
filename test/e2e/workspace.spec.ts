import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  Answer,
  CreatedApiKey,
  Dashboard,
  DashboardPanel,
  DashboardSummary,
  Problem,
  SavedView,
  SavedViewInput,
} from '@app/contracts';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';

const panel: DashboardPanel = {
  kind: 'line',
  title: 'Slowest',
  metrics: ['p95Ms', 'p99Ms'],
  by: 'none',
  agentIds: ['reader-1'],
  agentType: null,
  complexity: 3,
  width: 8,
  height: 3,
};
const board = (over: object = {}): object => ({ name: 'Release watch', panels: [panel], ...over });
const changed = (over: object): object => board({ panels: [{ ...panel, ...over }] });

describe('what people save', () => {
  let server: BootedApp;
  beforeAll(async () => {
    server = await bootApp();
  });
  afterAll(() => server.close());

  const request = async <T>(
    method: string,
    path: string,
    options: { body?: unknown; match?: string; key?: string } = {},
  ): Promise<{ status: number; body: T; headers: Headers }> => {
    const { body, match, key } = options;
    const response = await fetch(`${server.url}${API}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(match !== undefined && { 'if-match': match }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = (text === '' ? undefined : JSON.parse(text)) as T;
    return { status: response.status, body: answer, headers: response.headers };
  };
  const make = async (input: object = board()): Promise<Dashboard> => {
    const { status, body } = await request<Answer<Dashboard>>('POST', '/dashboards', {
      body: input,
    });
    expect(status).toBe(201);
    return body.data;
  };

  describe('dashboards', () => {
    it('are made, listed, read, changed and deleted', async () => {
      const made = await make(board({ description: 'Since Monday' }));
      expect(made).toMatchObject({ name: 'Release watch', version: 1, panels: [panel] });
      const list = await request<Answer<DashboardSummary[]>>('GET', '/dashboards');
      expect(list.body.data).toContainEqual(
        expect.objectContaining({ id: made.id, panelCount: 1 }),
      );
      const put = await request<Answer<Dashboard>>('PUT', `/dashboards/${made.id}`, {
        body: board({ name: ' Renamed ', panels: [] }),
        match: '"1"',
      });
      expect(put.headers.get('etag')).toBe('"2"');
      const read = await request<Answer<Dashboard>>('GET', `/dashboards/${made.id}`);
      expect(read.body.data).toMatchObject({ name: 'Renamed', panels: [], version: 2 });
      expect((await request('DELETE', `/dashboards/${made.id}`, { match: '"2"' })).status).toBe(
        204,
      );
      expect((await request('GET', `/dashboards/${made.id}`)).status).toBe(404);
    });

    it('that somebody else changed meanwhile are neither overwritten nor deleted', async () => {
      const { id } = await make();
      const both = await Promise.all(
        ['a', 'b'].map((name) =>
          request<Problem>('PUT', `/dashboards/${id}`, { body: board({ name }), match: '"1"' }),
        ),
      );
      expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
      expect((await request('DELETE', `/dashboards/${id}`, { match: '"1"' })).status).toBe(412);
      expect((await request('GET', `/dashboards/${id}`)).status).toBe(200);
    });

    it('come back under their id, once', async () => {
      const made = await make();
      await request('DELETE', `/dashboards/${made.id}`);
      const again = await make(board({ id: made.id.toUpperCase() }));
      expect(again.id).toBe(made.id);
      const twice = await request<Problem>('POST', '/dashboards', { body: board({ id: made.id }) });
      expect([twice.status, twice.body.code]).toEqual([409, 'dashboard-exists']);
    });

    it('of another project are not found', async () => {
      const { id } = await make();
      for (const method of ['GET', 'DELETE']) {
        const found = await request<Problem>(method, `/dashboards/${id}?project=sample`);
        expect([method, found.status, found.body.code]).toEqual([method, 404, 'unknown-dashboard']);
      }
      const list = await request<Answer<unknown[]>>('GET', '/dashboards?project=sample');
      expect(list.body.data).toEqual([]);
    });

    it('leave as a file and come back the same', async () => {
      const made = await make(board({ name: '../Ünïcode "quoted"\r\nX: y', description: '<b>' }));
      const file = await request<Record<string, unknown>>('GET', `/dashboards/${made.id}/export`);
      expect(file.headers.get('content-disposition')).toMatch(
        /^attachment; filename="dashboard-[a-z0-9-]+\.json"$/,
      );
      const back = await request<Answer<Dashboard>>('POST', '/dashboards/import', {
        body: file.body,
      });
      expect(back.status).toBe(201);
      const { id: _a, createdAt: _b, updatedAt: _c, ...same } = made;
      expect(back.body.data).toMatchObject(same);
      expect(back.body.data.id).not.toBe(made.id);
    });

    it.each<[string, object]>([
      ['a formatter', changed({ formatter: 'function () { return 1 }' })],
      ['options of a chart', changed({ options: { tooltip: { renderMode: 'html' } } })],
      ['a pattern', changed({ transform: { reg: '(a+)+$' } })],
      ['a style', changed({ style: 'position: fixed' })],
      ['style of its own', board({ css: '* { display: none }' })],
      ['an unknown kind', changed({ kind: 'html' })],
      ['a figure as an expression', changed({ metrics: ['p95Ms; drop table'] })],
      ['a figure that every object has', changed({ metrics: ['constructor'] })],
      ['no figure', changed({ metrics: [] })],
      ['figures twice', changed({ metrics: ['p95Ms', 'p95Ms'] })],
      ['a level that is none', changed({ complexity: 9 })],
      ['a level that is a text', changed({ complexity: '3' })],
      ['a width beyond the grid', changed({ width: 13 })],
      ['half a row', changed({ height: 1.5 })],
      ['a title that is none', changed({ title: { text: 'A' } })],
      ['a list of ids in one', changed({ agentIds: ['a,b'] })],
      ['too many panels', board({ panels: Array.from({ length: 41 }, () => panel) })],
      ['panels that are none', board({ panels: ['line'] })],
      ['panels that are no list', board({ panels: { 0: panel } })],
      ['a blank name', board({ name: '  ' })],
      ['an id that is none', board({ id: '1' })],
    ])('with %s are refused by name', async (_, body) => {
      const refused = await request<Problem>('POST', '/dashboards', { body });
      expect(refused.status).toBe(400);
      expect(refused.body.code).toBe('invalid-request');
      expect(refused.body.errors?.length).toBeGreaterThan(0);
    });

    it.each(['a\0', 'a\ud800', '\udfff'])(
      'named %j, which no database holds, are refused',
      async (name) => {
        for (const body of [
          board({ name }),
          changed({ title: name }),
          changed({ agentIds: [name] }),
        ]) {
          expect((await request('POST', '/dashboards', { body })).status).toBe(400);
        }
        const view = { page: 'tasks', name: 'x', shared: false, isDefault: false };
        const body = { ...view, parameters: { q: name } };
        expect((await request('POST', '/views', { body })).status).toBe(400);
      },
    );

    it('from files of another kind are refused', async () => {
      for (const body of [board(), board({ schema: 'grafana/39' }), [], board({ schema: null })]) {
        expect((await request('POST', '/dashboards/import', { body })).status).toBe(400);
      }
    });

    it('that are too large are refused', async () => {
      const agentIds = Array.from({ length: 50 }, (_, at) => `${at}-`.padEnd(190, 'x'));
      const panels = Array.from({ length: 20 }, () => ({ ...panel, agentIds }));
      const refused = await request<Problem>('POST', '/dashboards', { body: board({ panels }) });
      expect([refused.status, refused.body.code]).toEqual([413, 'body-too-large']);
    });
  });

  describe('views', () => {
    const view = (over: Partial<SavedViewInput> = {}): SavedViewInput => ({
      page: 'tasks',
      name: 'Failures',
      parameters: { status: 'failure' },
      shared: false,
      isDefault: false,
      ...over,
    });
    const keyWith = async (scopes: string[]): Promise<string> => {
      const body = { name: randomUUID(), scopes };
      return (await request<Answer<CreatedApiKey>>('POST', '/keys', { body })).body.data.key;
    };
    const save = async (input: SavedViewInput, key?: string): Promise<SavedView> => {
      const made = await request<Answer<SavedView>>('POST', '/views', {
        body: input,
        ...(key !== undefined && { key }),
      });
      expect(made.status).toBe(201);
      return made.body.data;
    };
    const seen = async (key: string, page = 'tasks'): Promise<SavedView[]> =>
      (await request<Answer<SavedView[]>>('GET', `/views?page=${page}`, { key })).body.data;

    it('are one’s own unless they are shared', async () => {
      const [mia, tom] = [await keyWith(['operate']), await keyWith(['read'])];
      const mine = await save(view({ name: 'Mine' }), mia);
      const ours = await save(view({ name: 'Ours', shared: true }), mia);
      expect((await seen(mia)).map(({ id }) => id)).toEqual([mine.id, ours.id]);
      const forTom = await seen(tom);
      expect(forTom).toEqual([expect.objectContaining({ id: ours.id, own: false })]);
      // What is not shared does not exist for others.
      for (const [id, status] of [
        [mine.id, 404],
        [ours.id, 403],
      ] as const) {
        const put = await request('PUT', `/views/${id}`, { body: view(), key: tom });
        const gone = await request('DELETE', `/views/${id}`, { key: tom });
        expect([put.status, gone.status]).toEqual([status, status]);
      }
      expect(await seen(mia)).toEqual([mine, ours]);
      // What is not shared any more is gone for others at once.
      const taken = await request('PUT', `/views/${ours.id}`, {
        body: view({ name: 'Ours', shared: false }),
        key: mia,
      });
      expect([taken.status, await seen(tom)]).toEqual([200, []]);
      const late = await request('DELETE', `/views/${ours.id}`, { key: tom });
      expect([late.status, (await seen(mia)).length]).toEqual([404, 2]);
      const sharing = await request('POST', '/views', { body: view({ shared: true }), key: tom });
      expect(sharing.status).toBe(403);
    });

    it('have one default for each person and page', async () => {
      const [mia, tom] = [await keyWith(['operate']), await keyWith(['operate'])];
      await save(view({ page: 'alerts', name: 'Toms', isDefault: true }), tom);
      await Promise.all(
        ['a', 'b', 'c', 'd'].map((name) =>
          save(view({ page: 'alerts', name, isDefault: true, shared: true }), mia),
        ),
      );
      await save(view({ page: 'compare', name: 'Other page', isDefault: true }), mia);
      const mine = await seen(mia, 'alerts');
      expect(mine.filter(({ isDefault }) => isDefault)).toHaveLength(1);
      const toms = await seen(tom, 'alerts');
      expect(toms.filter(({ isDefault }) => isDefault).map(({ name }) => name)).toEqual(['Toms']);
    });

    it('are renamed and deleted at the version that was read', async () => {
      const { id } = await save(view());
      const put = await request<Answer<SavedView>>('PUT', `/views/${id}`, {
        body: view({ name: 'Renamed' }),
        match: '"1"',
      });
      expect(put.body.data).toMatchObject({ name: 'Renamed', version: 2, own: true });
      expect((await request('PUT', `/views/${id}`, { body: view(), match: '"1"' })).status).toBe(
        412,
      );
      expect((await request('DELETE', `/views/${id}`, { match: '"2"' })).status).toBe(204);
    });

    it.each<[string, object]>([
      ['another page', { page: 'https://elsewhere.example' }],
      ['parameters that are no texts', { parameters: { status: ['failure'] } }],
      ['names that are no names', { parameters: { 'a b': 'x' } }],
      ['a long parameter', { parameters: { q: 'x'.repeat(501) } }],
      ['parameters as a list', { parameters: ['a'] }],
      ['no parameters', { parameters: null }],
      ['unknown fields', { script: 'alert(1)' }],
      ['half a choice', { shared: 'yes' }],
    ])('with %s are refused', async (_, over) => {
      const refused = await request<Problem>('POST', '/views', { body: { ...view(), ...over } });
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid-request']);
    });
  });
});
