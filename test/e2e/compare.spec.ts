import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgentBreakdown, Answer, CompareRow, ExecutionRecord } from '@app/contracts';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { expectClose, expectFigures } from '../support/expect-figures.js';
import { plainFigures } from '../support/plain-figures.js';
import { randomHistory, seeded, uuidFrom } from '../support/random-history.js';

const NOW = Date.parse('2026-11-20T15:23:37.311Z');
const HOUR_MS = 3_600_000;
const random = seeded(20_261_123);

interface Habit {
  count: number;
  /** Shares of complexities 1 and 5. */
  hard: number;
  /** Success rate on easy and on hard work. */
  rates: [number, number];
  /** Multiplies durations. */
  pace: number;
}

/** What an agent with such habits did in the last hours. */
function work(agentId: string, { count, hard, rates, pace }: Habit): ExecutionRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const isHard = random() < hard;
    const spread = Math.exp(
      0.5 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(6.283 * random()),
    );
    return {
      executionId: uuidFrom(random),
      agentId,
      agentName: agentId,
      agentType: 'cognitive',
      taskId: `${agentId}-${index}`,
      taskType: 'read',
      complexity: isHard ? 5 : 1,
      status: random() < rates[isHard ? 1 : 0] ? 'success' : 'failure',
      startedAt: new Date(NOW - Math.floor(random() * 6 * HOUR_MS)).toISOString(),
      durationMs: Math.round(1000 * pace * (isHard ? 10 : 1) * spread) / 100,
    };
  });
}

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? NaN;

describe('comparisons', () => {
  let server: BootedApp;
  const equal: Habit = { count: 400, hard: 0.5, rates: [0.95, 0.8], pace: 1 };
  const records = {
    steady: work('steady', equal),
    twin: work('twin', equal),
    slow: work('slow', { ...equal, pace: 1.5 }),
    // As good and as fast as the others at every level, but mostly on hard work.
    brave: work('brave', { ...equal, hard: 0.95, count: 800 }),
    shaky: work('shaky', { ...equal, rates: [0.8, 0.6] }),
    // Bad luck that proves nothing.
    newcomer: work('newcomer', { ...equal, count: 12, pace: 5 }),
    easy: work('easy', { ...equal, hard: 0 }),
    idle: [] as ExecutionRecord[],
  };

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(NOW) } });
    for (const list of Object.values(records)) await server.send('POST', '/metrics', list);
    const old = { ...records.steady[0]!, agentId: 'idle', executionId: uuidFrom(random) };
    old.startedAt = new Date(NOW - 9 * 24 * HOUR_MS).toISOString();
    await server.send('POST', '/metrics', old);
  });
  afterAll(() => server.close());

  const compare = async (ids: string[], more = ''): Promise<CompareRow[]> => {
    const { status, body } = await server.get<Answer<CompareRow[]>>(
      `/compare?agentIds=${ids.join(',')}${more}`,
    );
    expect(status).toBe(200);
    return body.data;
  };
  /** One against the other, whichever is ranked first. */
  const duel = async (own: string, other: string): Promise<CompareRow['versus']> => {
    const row = (await compare([own, other])).find(({ agentId }) => agentId === own);
    expect(row?.versus.agentId).toBe(other);
    return row!.versus;
  };

  it('tell a difference from none', async () => {
    expect(await duel('twin', 'steady')).toMatchObject({
      successRate: { verdict: 'no-difference' },
      duration: { verdict: 'no-difference' },
    });
    expect((await duel('slow', 'steady')).duration.verdict).toBe('worse');
    expect((await duel('steady', 'slow')).duration.verdict).toBe('better');
    expect((await duel('shaky', 'steady')).successRate.verdict).toBe('worse');
    expect((await duel('steady', 'shaky')).successRate.verdict).toBe('better');
  });

  it('are not fooled by who does the harder work', async () => {
    const plain = (list: ExecutionRecord[]) => plainFigures(list).successRate ?? 0;
    expect(plain(records.steady) - plain(records.brave)).toBeGreaterThan(3);
    const { successRate, duration } = await duel('brave', 'steady');
    expect([successRate.verdict, duration.verdict]).toEqual(['no-difference', 'no-difference']);
    expect(duration.effect).toBeGreaterThan(0.8);
    expect(duration.effect).toBeLessThan(1.25);
    // Without the mix the medians are several times apart.
    const [own, other] = [records.brave, records.steady].map((list) =>
      median(list.filter(({ status }) => status === 'success').map((one) => one.durationMs ?? 0)),
    );
    expect(own! / other!).toBeGreaterThan(2);
  });

  it('say when there is too little to tell, also of the leader', async () => {
    const { successRate, duration } = await duel('newcomer', 'steady');
    expect([successRate.verdict, duration.verdict]).toEqual(['not-enough-data', 'not-enough-data']);
    expect(await duel('idle', 'steady')).toMatchObject({
      successRate: { verdict: 'not-enough-data', effect: null, interval: null, pValue: null },
      duration: { verdict: 'not-enough-data', effect: null },
    });
    const [only] = await compare(['steady']);
    expect(only?.versus.agentId).toBeNull();
    expect(only?.versus.duration.verdict).toBe('not-enough-data');
  });

  it('rest on what the records say', async () => {
    const levelOf = (list: ExecutionRecord[], level: number) =>
      list.filter(({ complexity }) => complexity === level);
    const ok = (list: ExecutionRecord[]) =>
      list.filter(({ status }) => status === 'success').map((one) => one.durationMs ?? 0);
    const [a, b] = [records.slow, records.brave];
    const versus = await duel('slow', 'brave');
    let [log, logWeight, difference, weight] = [0, 0, 0, 0];
    for (const level of [1, 5]) {
      const [mine, theirs] = [levelOf(a, level), levelOf(b, level)];
      const shareOfRates = mine.length + theirs.length;
      difference +=
        shareOfRates * 100 * (ok(mine).length / mine.length - ok(theirs).length / theirs.length);
      weight += shareOfRates;
      const shareOfTimes = ok(mine).length + ok(theirs).length;
      log += shareOfTimes * Math.log(median(ok(mine)) / median(ok(theirs)));
      logWeight += shareOfTimes;
    }
    expectClose(versus.successRate.effect, difference / weight, 1e-9);
    // Durations are compared in bins of half a percent.
    expectClose(versus.duration.effect, Math.exp(log / logWeight), 0.006);
    expect(versus.successRate.n).toEqual([a.length, b.length]);
    expect(versus.duration.n).toEqual([ok(a).length, ok(b).length]);
    for (const { effect, interval, pValue } of [versus.successRate, versus.duration]) {
      expect(interval![0]).toBeLessThan(effect!);
      expect(interval![1]).toBeGreaterThan(effect!);
      expect(pValue).toBeGreaterThanOrEqual(0);
      expect(pValue).toBeLessThanOrEqual(1);
    }
  });

  it('adjust figures to the common mix, or not at all without one', async () => {
    const rows = await compare(['steady', 'brave', 'slow']);
    const everyone = [...records.steady, ...records.brave, ...records.slow];
    for (const row of rows) {
      const own = records[row.agentId as 'steady'];
      let [rate, time, judged, timed] = [0, 0, 0, 0];
      for (const level of [1, 5]) {
        const at = (list: ExecutionRecord[]) => list.filter((one) => one.complexity === level);
        const good = (list: ExecutionRecord[]) =>
          at(list).filter((one) => one.status === 'success');
        rate += (at(everyone).length * 100 * good(own).length) / at(own).length;
        judged += at(everyone).length;
        time += good(everyone).length * median(good(own).map((one) => one.durationMs ?? 0));
        timed += good(everyone).length;
      }
      expectClose(row.adjustedSuccessRate ?? null, rate / judged, 1e-9);
      expectClose(row.adjustedMedianMs ?? null, time / timed, 0.006);
    }
    const apart = await compare(['easy', 'steady'], '&complexity=5');
    expect(apart.map((row) => row.adjustedMedianMs)).toEqual([null, null]);
  });

  it('give the same answer to the same question', async () => {
    const ids = Object.keys(records);
    expect(await compare(ids)).toEqual(await compare([...ids].reverse()));
  });

  it('take 50 agents at once', async () => {
    const many = Array.from({ length: 50 }, (_, i) =>
      work(`many-${i}`, { ...equal, count: 20 }),
    ).flat();
    await server.send('POST', '/metrics', many);
    const rows = await compare([...new Set(many.map(({ agentId }) => agentId))]);
    expect(rows.map(({ rank }) => rank)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });
});

describe('the breakdown of an agent', () => {
  let server: BootedApp;
  const history = randomHistory({
    count: 1200,
    agents: 2,
    fromMs: NOW - 60 * HOUR_MS,
    toMs: NOW,
    random: seeded(9),
  });

  beforeAll(async () => {
    server = await bootApp({ clock: { now: () => new Date(NOW) } });
    await server.send('POST', '/metrics', history);
  });
  afterAll(() => server.close());

  it.each(['UTC', 'Asia/Kolkata'])('is what the records say, on the clock of %s', async (tz) => {
    const { body } = await server.get<Answer<AgentBreakdown>>(
      `/agents/agent-1/breakdown?window=24h&tz=${tz}`,
    );
    const all = history.filter(({ agentId }) => agentId === 'agent-1');
    const own = all.filter((one) => Date.parse(one.startedAt ?? '') > NOW - 24 * HOUR_MS);
    const { complexity, versions, failures, resources, activity } = body.data;
    expect(complexity.map(({ level }) => level)).toEqual([1, 2, 3, 4, 5]);
    for (const { level, ...figures } of complexity) {
      expectFigures(figures, plainFigures(own.filter((one) => one.complexity === level)));
    }
    expect(versions.length).toBe(4);
    const sinces = versions.map(({ since }) => since);
    expect(sinces).toEqual([...sinces].sort());
    for (const { agentVersion, since, lastAt, ...figures } of versions) {
      const ofVersion = (one: ExecutionRecord) => (one.agentVersion ?? null) === agentVersion;
      expectFigures(figures, plainFigures(own.filter(ofVersion)));
      const starts = all
        .filter(ofVersion)
        .map((one) => one.startedAt ?? '')
        .sort();
      expect([since, lastAt]).toEqual([starts[0], starts.at(-1)]);
    }
    const failed = own.filter(({ status }) => status === 'failure' || status === 'timeout');
    expect(failures.reduce((sum, { count }) => sum + count, 0)).toBe(failed.length);
    for (const { status, errorType, count, lastAt, lastMessage } of failures) {
      const same = failed
        .filter((one) => one.status === status && (one.errorType ?? null) === errorType)
        .sort((a, b) => ((a.startedAt ?? '') < (b.startedAt ?? '') ? 1 : -1));
      expect([count, lastAt, lastMessage]).toEqual([
        same.length,
        same[0]?.startedAt,
        same[0]?.errorMessage ?? null,
      ]);
    }
    for (const name of ['cpuPercent', 'memoryMb', 'networkBytes', 'diskBytes'] as const) {
      const values = own.flatMap((one) => one[name] ?? []).sort((a, b) => a - b);
      const spread = resources[name];
      expect([spread.reported, spread.max]).toEqual([values.length, values.at(-1)]);
      expectClose(spread.p95, values[Math.ceil(values.length * 0.95) - 1] ?? null, 0.010001);
      expectClose(spread.p50, median(values), 0.010001);
    }
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: tz,
      weekday: 'long',
      hour: 'numeric',
      hourCycle: 'h23',
    });
    const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
    const slots = new Map<string, number>();
    for (const one of own) {
      const parts = clock.formatToParts(Date.parse(one.startedAt ?? ''));
      const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
      const slot = `${days.indexOf(part('weekday')) + 1}/${Number(part('hour'))}`;
      slots.set(slot, (slots.get(slot) ?? 0) + 1);
    }
    expect(Object.fromEntries(activity.map((a) => [`${a.weekday}/${a.hour}`, a.total]))).toEqual(
      Object.fromEntries(slots),
    );
  });

  it('of an agent without data is empty', async () => {
    const { status, body } = await server.get<Answer<AgentBreakdown>>(
      '/agents/agent-1/breakdown?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z',
    );
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ complexity: [], versions: [], failures: [], activity: [] });
    expect(body.data.resources.cpuPercent).toEqual({
      reported: 0,
      mean: null,
      max: null,
      p50: null,
      p95: null,
    });
  });
});
