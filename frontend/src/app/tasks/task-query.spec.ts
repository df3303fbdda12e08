import { describe, expect, it } from '@jest/globals';
import { filterParams, isFiltered, parseDuration, parseTaskQuery } from './task-query';

const parse = (search: string) => {
  const params = new URLSearchParams(search);
  return parseTaskQuery((name) => params.get(name));
};

describe(parseTaskQuery.name, () => {
  it('takes what the tracker can filter by', () => {
    const query = parse('agent=a&status=timeout&level=3&q=boom&min=1.5s&sort=durationMs&dir=asc');
    expect(filterParams(query)).toEqual({
      agentId: 'a',
      taskType: null,
      status: 'timeout',
      complexity: 3,
      errorType: null,
      q: 'boom',
      traceId: null,
      minDurationMs: 1500,
      maxDurationMs: null,
    });
    expect(query).toMatchObject({ sort: 'durationMs', order: 'asc', asChart: false });
  });

  it.each(['status=lost', 'level=9', 'level=x', 'min=-1', 'max=1e9', 'sort=metadata', 'q='])(
    'passes over %s',
    (search) => {
      expect(parse(search)).toEqual(parse(''));
      expect(isFiltered(parse(search))).toBe(false);
    },
  );
});

describe(parseDuration.name, () => {
  it.each([
    ['250', 250],
    ['250 ms', 250],
    ['1,5 s', 1500],
    ['2min', 120_000],
    ['1h', 3_600_000],
    ['soon', null],
    ['', null],
    ['999999999 h', null],
  ])('reads %j as %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});
