import { describe, expect, it } from '@jest/globals';
import { chosenAgents, toggledAgents } from './chosen-agents';

const candidates = ['a', 'b', 'c'].map((agentId) => ({ agentId, total: agentId === 'b' ? 0 : 1 }));

describe(chosenAgents.name, () => {
  it('takes the first that have run where none is named', () => {
    expect(chosenAgents(undefined, candidates, 6)).toEqual(['a', 'c']);
  });

  it('takes those named, once each, in their order', () => {
    expect(chosenAgents('c,b,c', candidates, 6)).toEqual(['c', 'b']);
  });

  it('leaves out whom nobody knows, and more than fit', () => {
    expect(chosenAgents('x,,a,b,c', candidates, 2)).toEqual(['a', 'b']);
  });
});

describe(toggledAgents.name, () => {
  it('adds, removes, and never exceeds the most', () => {
    expect(toggledAgents(['a'], 'b', 2)).toEqual(['a', 'b']);
    expect(toggledAgents(['a', 'b'], 'a', 2)).toEqual(['b']);
    expect(toggledAgents(['a', 'b'], 'c', 2)).toEqual(['a', 'b']);
  });
});
