import { describe, expect, it } from '@jest/globals';

import { FailureCounter, TokenBucket } from './limits.js';

describe(TokenBucket.name, () => {
  it('grants a burst, then so many a second', () => {
    const bucket = new TokenBucket(10, 20);
    const granted = (nowMs: number, tries: number): number =>
      Array.from({ length: tries }, () => bucket.take(nowMs)).filter(({ isGranted }) => isGranted)
        .length;
    expect(granted(0, 50)).toBe(20);
    expect(bucket.take(0)).toEqual({ isGranted: false, remaining: 0, retryInMs: 100 });
    expect(granted(1000, 50)).toBe(10);
    expect(granted(60_000, 50)).toBe(20);
  });

  it('does not run dry when the clock is set back', () => {
    const bucket = new TokenBucket(10, 20);
    bucket.take(1_000_000);
    expect(bucket.take(0)).toMatchObject({ isGranted: true, remaining: 18 });
    expect(bucket.take(2000)).toMatchObject({ isGranted: true });
  });
});

describe(FailureCounter.name, () => {
  it('counts within a while that slides, each by itself', () => {
    const failures = new FailureCounter(1000);
    for (const at of [0, 100, 900]) failures.add('a', at);
    expect([failures.count('a', 900), failures.count('b', 900)]).toEqual([3, 0]);
    expect(failures.fadesInMs('a', 900)).toBe(100);
    expect(failures.count('a', 1050)).toBe(2);
    failures.clear('a');
    expect(failures.count('a', 1050)).toBe(0);
  });

  it('forgets the eldest rather than grow', () => {
    const failures = new FailureCounter(1000, 3);
    for (const who of ['a', 'b', 'c', 'd']) failures.add(who, 0);
    expect(['a', 'b', 'c', 'd'].map((who) => failures.count(who, 0))).toEqual([0, 1, 1, 1]);
  });
});
