import { describe, expect, it } from '@jest/globals';
import type { Agent } from '@app/contracts';
import { aSummaryRow } from '../../testing/builders';
import { fitsFilter, listedAgents, sortedAgents } from './listed-agents';
import type { AgentFilter, AgentSort, Order } from './listed-agents';

const anAgent = (agentId: string, more: Partial<Agent> = {}): Agent => ({
  agentId,
  agentName: '',
  agentType: 'cognitive',
  agentVersion: null,
  firstSeenAt: '2026-01-01T00:00:00Z',
  lastSeenAt: '2026-01-02T00:00:00Z',
  ...more,
});
const ALL: AgentFilter = { text: '', agentType: null, state: null };

describe(listedAgents.name, () => {
  it('knows who only registered, and who only has figures, once each', () => {
    const listed = listedAgents(
      [anAgent('a', { agentVersion: '2' }), anAgent('b')],
      [
        aSummaryRow({ agentId: 'b', agentName: 'Bee', total: 3, running: 1 }),
        aSummaryRow({ agentId: 'c', agentName: 'Sea', total: 1, running: 0 }),
      ],
    );
    expect(listed.map(({ agentId, name, state, total }) => [agentId, name, state, total])).toEqual([
      ['a', 'a', 'idle', null],
      ['b', 'Bee', 'running', 3],
      ['c', 'Sea', 'active', 1],
    ]);
    expect(listed[0]).toMatchObject({ version: '2', firstSeenAt: '2026-01-01T00:00:00Z' });
  });
});

describe(fitsFilter.name, () => {
  const [agent] = listedAgents(
    [anAgent('reader-1', { agentVersion: '2.4.0' })],
    [aSummaryRow({ agentId: 'reader-1', agentName: 'Leser', openAlerts: 0, running: 0, total: 1 })],
  );

  it.each([
    [{ text: 'LES' }, true],
    [{ text: 'reader' }, true],
    [{ text: '2.4' }, true],
    [{ text: 'writer' }, false],
    [{ agentType: 'tool_maker' }, false],
    [{ state: 'active' }, true],
    [{ state: 'running' }, false],
    [{ state: 'alerts' }, false],
  ] as [Partial<AgentFilter>, boolean][])('%j: %s', (filter, fits) => {
    expect(fitsFilter(agent!, { ...ALL, ...filter })).toBe(fits);
  });
});

describe(sortedAgents.name, () => {
  const agents = listedAgents(
    [anAgent('z', { lastSeenAt: '2026-01-09T00:00:00Z' })],
    [
      aSummaryRow({ agentId: 'b', agentName: 'same', total: 10, successRate: 50 }),
      aSummaryRow({ agentId: 'a', agentName: 'same', total: 9, successRate: null }),
    ],
  );
  const ids = (sort: AgentSort, order: Order): string[] =>
    sortedAgents(agents, sort, order).map(({ agentId }) => agentId);

  it('counts numbers as numbers, and equals by their ids either way', () => {
    expect(ids('total', 'desc')).toEqual(['b', 'a', 'z']);
    expect(ids('total', 'asc')).toEqual(['a', 'b', 'z']);
    expect(ids('name', 'asc')).toEqual(['a', 'b', 'z']);
    expect(ids('type', 'desc')).toEqual(['a', 'b', 'z']);
  });

  it('puts the unknown last either way', () => {
    expect(ids('successRate', 'asc')[0]).toBe('b');
    expect(ids('successRate', 'desc')[0]).toBe('b');
  });
});
