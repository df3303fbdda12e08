import { describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';

import { AgentRegistry } from './agent.registry.js';
import type { PreparedRecord } from './prepared-record.js';

/** Gives the n-th agent that it is told of the key n, always the same one. */
function database(): { client: PoolClient; written: string[] } {
  const written: string[] = [];
  const query = (_sql: string, [projects, ids]: [number[], string[]]): Promise<object> => {
    const rows = ids.map((agent_id, index) => {
      if (!written.includes(agent_id)) written.push(agent_id);
      return { agent_key: written.indexOf(agent_id) + 1, project_id: projects[index], agent_id };
    });
    return Promise.resolve({ rows });
  };
  return { client: { query } as unknown as PoolClient, written };
}

const aRecord = (agentId: string): PreparedRecord =>
  ({
    agentKey: 0,
    projectId: 1,
    agentId,
    agentName: null,
    agentType: 't',
    agentVersion: null,
  }) as unknown as PreparedRecord;

describe(AgentRegistry.name, () => {
  it('recognises whom it has registered', async () => {
    const registry = new AgentRegistry();
    const { client } = database();
    const record = aRecord('a');
    expect(registry.recognise([record])).toBe(false);
    (await registry.register(client, [record]))();
    const again = aRecord('a');
    expect([registry.recognise([again]), again.agentKey]).toEqual([true, record.agentKey]);
  });

  it('remembers a bounded number of agents, and learns the others anew', async () => {
    const registry = new AgentRegistry();
    registry.most = 10;
    const { client } = database();
    for (let nth = 0; nth < 100; nth += 1) {
      (await registry.register(client, [aRecord(`agent-${nth}`)]))();
      expect(registry.size).toBeLessThanOrEqual(10);
    }
    const old = aRecord('agent-0');
    expect(registry.recognise([old])).toBe(false);
    (await registry.register(client, [old]))();
    expect(old.agentKey).toBe(1);
  });

  it('does not lose an agent that is forgotten while its group is being written', async () => {
    const registry = new AgentRegistry();
    registry.most = 1;
    const { client } = database();
    (await registry.register(client, [aRecord('known')]))();
    const records = [aRecord('known'), aRecord('new')];
    const slow = registry.register(client, records);
    (await registry.register(client, [aRecord('b'), aRecord('c')]))();
    expect(registry.size).toBe(0);
    (await slow)();
    expect(records.map(({ agentKey }) => agentKey)).toEqual([1, 2]);
  });
});
