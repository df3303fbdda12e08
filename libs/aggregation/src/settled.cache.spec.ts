import { describe, expect, it } from '@jest/globals';

import type { Query } from './copy-out.js';
import { SettledCache } from './settled.cache.js';

/** Answers the one question that the cache asks: changes after a version, up to another. */
function logOf(changes: ReadonlyMap<number, number[]>): Query {
  return <R>(_sql: string, parameters: unknown[] = []): Promise<R[]> => {
    const [after, upTo] = parameters as [number, number];
    const rows = [...changes]
      .filter(([version]) => version > after && version <= upTo)
      .map(([version, late]) => ({ version, late_agent_keys: late }));
    return Promise.resolve(rows as R[]);
  };
}

describe('what is remembered of settled times', () => {
  it('stays through changes that concern others or only what is new', async () => {
    const cache = new SettledCache<string>();
    const log = logOf(
      new Map([
        [4, []],
        [5, [2]],
      ]),
    );
    (await cache.viewOf(log, 3))('day').put(1, 'one');
    expect((await cache.viewOf(log, 5))('day').get(1)).toBe('one');
  });

  it('is dropped for an agent of whom something late has changed', async () => {
    const cache = new SettledCache<string>();
    const log = logOf(new Map([[4, [1]]]));
    const before = (await cache.viewOf(log, 3))('day');
    before.put(1, 'old');
    const after = (await cache.viewOf(log, 4))('day');
    expect(after.get(1)).toBeUndefined();
    // One that still looks at the version before must neither see the new nor leave the old.
    after.put(1, 'new');
    expect(before.get(1)).toBeUndefined();
    before.put(1, 'old');
    expect(after.get(1)).toBe('new');
  });

  it('is of use to an older snapshot where nothing has changed since', async () => {
    const cache = new SettledCache<string>();
    const log = logOf(new Map([[4, [2]]]));
    const before = (await cache.viewOf(log, 3))('day');
    const after = (await cache.viewOf(log, 4))('day');
    after.put(1, 'one');
    expect(before.get(1)).toBe('one');
  });

  it('is forgotten as a whole when it cannot be told what has changed', async () => {
    const cache = new SettledCache<string>();
    // Changes 4 to 8 were removed long ago.
    const log = logOf(new Map([[9, []]]));
    const before = (await cache.viewOf(log, 3))('day');
    before.put(1, 'one');
    expect((await cache.viewOf(log, 9))('day').get(1)).toBeUndefined();
    before.put(1, 'one');
    expect((await cache.viewOf(log, 9))('day').get(1)).toBeUndefined();
  });

  it('is bounded: what was not asked for in a while goes first', async () => {
    const cache = new SettledCache<string>(4);
    const view = await cache.viewOf(logOf(new Map()), 1);
    for (const name of ['a', 'b']) for (const key of [1, 2]) view(name).put(key, name);
    view('a').get(1);
    view('c').put(1, 'c');
    expect([view('a').get(1), view('b').get(1), view('c').get(1)]).toEqual(['a', undefined, 'c']);
    for (let key = 1; key < 100; key += 1) view('d').put(key, 'd');
    const kept = Array.from({ length: 100 }, (_, key) => view('d').get(key)).filter(Boolean);
    expect(kept).toHaveLength(4);
  });

  it('asks once for what many find out together', async () => {
    const cache = new SettledCache<string>();
    const log = logOf(
      new Map([
        [2, [1]],
        [3, []],
      ]),
    );
    (await cache.viewOf(log, 1))('day').put(1, 'old');
    const views = await Promise.all([3, 2, 3].map((version) => cache.viewOf(log, version)));
    for (const view of views) expect(view('day').get(1)).toBeUndefined();
    views[0]?.('day').put(1, 'new');
    expect(views[2]?.('day').get(1)).toBe('new');
  });

  it('is of a bounded number of names, also where there is nothing under them', async () => {
    const cache = new SettledCache<string>();
    const view = await cache.viewOf(logOf(new Map()), 3);
    view('asked first').put(1, 'one');
    for (let nth = 0; nth < 5000; nth += 1) view(`from ${nth}`).get(1);
    expect(cache.names).toBeLessThanOrEqual(1000);
    expect(view('from 4999').get(1)).toBeUndefined();
    view('asked last').put(1, 'two');
    expect(view('asked last').get(1)).toBe('two');
  });
});
