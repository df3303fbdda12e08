import { describe, expect, it } from '@jest/globals';
import { parseViewState, viewParams } from './view-state';

const now = Date.parse('2026-05-13T14:35:20Z');
const parse = (query: string) => {
  const params = new URLSearchParams(query);
  return parseViewState((name) => params.get(name), now);
};
const nothing = { project: null, range: null, timeZone: null, refresh: null, agentType: null };

describe(parseViewState.name, () => {
  it('says nothing where the address says nothing', () => {
    expect(parse('')).toEqual({ state: nothing, notices: [] });
  });

  it('reads what it knows', () => {
    expect(
      parse('project=sample&from=now-1d/d&to=now/d&tz=Europe/Berlin&refresh=5s&type=tool_maker'),
    ).toEqual({
      state: {
        project: 'sample',
        range: { from: 'now-1d/d', to: 'now/d' },
        timeZone: 'Europe/Berlin',
        refresh: '5s',
        agentType: 'tool_maker',
      },
      notices: [],
    });
  });

  it('reads the range of an earlier link', () => {
    expect(parse('window=7d').state.range).toEqual({ from: 'now-7d', to: 'now' });
  });

  it.each([
    ['window=3y', 'range'],
    ['window=', 'range'],
    ['from=yesterday', 'range'],
    ['from=now&to=now-1h', 'range'],
    ['from=now%2B1d&to=now%2B2d', 'range'],
    ['to=now-1h', 'range'],
    [`from=now-${'1h-'.repeat(900)}1h`, 'range'],
    ['tz=Mars/Olympus', 'timeZone'],
    ['tz=', 'timeZone'],
    ['refresh=1ms', 'refresh'],
    ['project=../etc', 'project'],
    ['project=%3Cscript%3E', 'project'],
    ['type=', 'agentType'],
  ])('falls back with a notice for %s', (query, about) => {
    const { state, notices } = parse(query);
    expect(state).toEqual(nothing);
    expect(notices.map((notice) => notice.about)).toEqual([about]);
  });

  it('survives whatever stands there', () => {
    const random = seeded(3);
    const letters = 'now-/+:0123456789smhdwMyT Z<>%"\'';
    for (let round = 0; round < 500; round += 1) {
      const text = (): string =>
        Array.from(
          { length: random() * 20 },
          () => letters[Math.floor(random() * letters.length)],
        ).join('');
      const { state } = parse(
        new URLSearchParams({ from: text(), to: text(), tz: text() }).toString(),
      );
      expect(state.project).toBeNull();
    }
  });

  it('does not repeat a long value in full', () => {
    expect(parse(`window=${'x'.repeat(5000)}`).notices[0]?.value.length).toBeLessThan(50);
  });
});

describe(viewParams.name, () => {
  it('comes back the same through the address', () => {
    const state = {
      project: 'sample',
      range: { from: 'now-1h', to: 'now' },
      timeZone: 'Asia/Tokyo',
      refresh: '1m',
      agentType: null,
    } as const;
    const params = viewParams(state);
    expect(parseViewState((name) => params[name] ?? null, now).state).toEqual(state);
    expect(params['to']).toBeNull();
  });
});

/** Numbers in [0, 1) that are the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
