import { namedApart } from './named-apart';

const names = (...agents: [id: string, name: string][]): string[] =>
  namedApart(agents.map(([agentId, agentName]) => ({ agentId, agentName }))).map(
    ({ agentName }) => agentName,
  );

describe(namedApart.name, () => {
  it('leaves names that are one agent’s', () => {
    expect(names(['a', 'Reader'], ['b', 'Planner'])).toEqual(['Reader', 'Planner']);
  });

  it('sets the ids behind a name that several have', () => {
    expect(names(['a', 'Reader'], ['b', 'Reader'], ['c', 'Planner'])).toEqual([
      'Reader · a',
      'Reader · b',
      'Planner',
    ]);
  });

  it('takes an agent that is listed twice for one', () => {
    expect(names(['a', 'Reader'], ['a', 'Reader'])).toEqual(['Reader', 'Reader']);
  });

  it('calls the nameless by their ids, also beside one that is named so', () => {
    expect(names(['a', ''])).toEqual(['a']);
    expect(names(['a', ''], ['b', 'a'])).toEqual(['a · a', 'a · b']);
  });
});
