import { describe, expect, it } from '@jest/globals';
import { parseViewState, viewParams } from './view-state';

const parse = (query: string) => {
  const params = new URLSearchParams(query);
  return parseViewState((name) => params.get(name));
};

describe(parseViewState.name, () => {
  it('says nothing where the address says nothing', () => {
    expect(parse('')).toEqual({
      state: { project: null, window: null, agentType: null },
      notices: [],
    });
  });

  it('reads what it knows', () => {
    expect(parse('project=sample&window=7d&type=tool_maker').state).toEqual({
      project: 'sample',
      window: '7d',
      agentType: 'tool_maker',
    });
  });

  it.each(['window=3y', 'window=', 'project=../etc', 'project=%3Cscript%3E', 'type='])(
    'falls back with a notice for %s',
    (query) => {
      const { state, notices } = parse(query);
      expect(state).toEqual({ project: null, window: null, agentType: null });
      expect(notices).toHaveLength(1);
    },
  );

  it('does not repeat a long value in full', () => {
    expect(parse(`window=${'x'.repeat(5000)}`).notices[0]?.length).toBeLessThan(120);
  });
});

describe(viewParams.name, () => {
  it('comes back the same through the address', () => {
    const state = { project: 'sample', window: '1h', agentType: null } as const;
    const params = viewParams(state);
    expect(parseViewState((name) => params[name] ?? null).state).toEqual(state);
  });
});
