import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Agent, Answer, Problem } from '@app/contracts';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';

const TYPES = ['orchestrator', 'cognitive', 'tool_maker'];

describe('the agents of a project', () => {
  let server: BootedApp;
  const record = {
    agentType: 'cognitive',
    taskId: 't',
    status: 'success',
    durationMs: 100,
    endedAt: new Date().toISOString(),
  };

  beforeAll(async () => {
    server = await bootApp();
    const records = Array.from({ length: 11 }, (_, n) => ({
      ...record,
      agentId: `agent-${(n * 7) % 11}`,
      agentType: TYPES[n % 3],
    }));
    await server.send('POST', '/metrics', records);
  });
  afterAll(() => server.close());

  /** All pages of the list. */
  const pages = async (query: string, between?: () => Promise<void>): Promise<Agent[]> => {
    const agents: Agent[] = [];
    for (let cursor = ''; ;) {
      const { status, body } = await server.get<Answer<Agent[]>>(`/agents?${query}${cursor}`);
      expect(status).toBe(200);
      agents.push(...body.data);
      if (!body.page?.nextCursor) return agents;
      cursor = `&cursor=${body.page.nextCursor}`;
      await between?.();
    }
  };

  it('come all at once, or by pages of any size', async () => {
    const ids = (agents: readonly Agent[]): string[] => agents.map(({ agentId }) => agentId);
    const whole = (await server.get<Answer<Agent[]>>('/agents')).body;
    expect(whole.page).toBeUndefined();
    expect(ids(whole.data)).toEqual([...new Set(ids(whole.data))].sort());
    expect(whole.data.length).toBeGreaterThanOrEqual(9);
    for (const limit of [1, 4, whole.data.length, 1000]) {
      expect(await pages(`limit=${limit}`)).toEqual(whole.data);
    }
    const [{ agentType } = { agentType: '' }] = whole.data;
    const ofType = whole.data.filter((agent) => agent.agentType === agentType);
    expect(ofType.length).toBeLessThan(whole.data.length);
    expect(await pages(`limit=1&agentType=${agentType}`)).toEqual(ofType);
  });

  it('are told once each while others join', async () => {
    const joins = async (agentId: string): Promise<void> => {
      await server.send('POST', '/metrics', [{ ...record, agentId }]);
    };
    const before = (await server.get<Answer<Agent[]>>('/agents')).body.data;
    let joined = 0;
    const paged = await pages('limit=3', async () => {
      joined += 1;
      await joins(joined % 2 === 0 ? `!first-${joined}` : `zz-last-${joined}`);
      if (joined > 40) throw new Error('The list does not end');
    });
    const told = paged.map(({ agentId }) => agentId);
    expect(new Set(told).size).toBe(told.length);
    for (const { agentId } of before) expect(told).toContain(agentId);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=x', 'limit'],
    ['cursor=abc', 'cursor'],
  ])('refuse %s', async (query, path) => {
    const { status, body } = await server.get<Problem>(`/agents?${query}`);
    expect(status).toBe(400);
    expect(body.errors?.[0]?.path).toBe(path);
  });
});
