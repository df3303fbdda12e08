import { describe, expect, it } from '@jest/globals';
import { addRow, emptyPartial } from '@app/aggregation';
import type { Partial } from '@app/aggregation';
import type { AlertRule, Benchmark } from '@app/contracts';

import { builtInRule } from '../rules/built-in.js';
import { EpisodeRecorder } from './episode.recorder.js';
import { WindowReplay } from './window.replay.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const EXPECTED_MS = 1000;
/** Spread of the durations: the coefficient of variation of a log-normal with this σ is 31 %. */
const SIGMA = 0.3;
const PER_MINUTE = 0.5;
const FAILURES = 0.03;

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A log-normal duration whose mean is `meanMs` (Box–Muller). */
function duration(meanMs: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return meanMs * Math.exp(SIGMA * normal - (SIGMA * SIGMA) / 2);
}

function run(into: Partial, endedAtMs: number, meanMs: number, random: () => number): void {
  addRow(into, {
    taskType: 'default',
    complexity: 1,
    status: random() < FAILURES ? 'failure' : 'success',
    durationMs: duration(meanMs, random),
    endedAtMs,
    cpuPercent: null,
    memoryMb: null,
    networkBytes: null,
    diskBytes: null,
    inputTokens: null,
    outputTokens: null,
    costUsd: null,
  });
}

function watched(
  rule: AlertRule,
  minSuccessRate: number,
): { replay: WindowReplay; recorder: EpisodeRecorder } {
  const who = { agentId: 'a', agentName: 'a', subject: { kind: 'agent', value: 'a' } } as const;
  const recorder = new EpisodeRecorder(rule, who);
  const benchmark = { expectedMs: EXPECTED_MS, minSuccessRate } as Benchmark;
  const options = { rule, fingerprint: rule.id, expect: () => benchmark, recorder };
  return { replay: new WindowReplay(options), recorder };
}

describe('the built-in window rules', () => {
  it.each([
    ['high_failure_rate', 90],
    ['high_failure_rate', 95],
    ['degraded_performance', 90],
  ] as const)(
    '%s (at least %i %% asked) hardly ever cries wolf',
    (name, minimum) => {
      const random = seeded(20261122);
      const rule = builtInRule(name);
      let falseAlerts = 0;
      let runs = 0;
      for (let agent = 0; agent < 100; agent += 1) {
        const { replay, recorder } = watched(rule, minimum);
        let nextMs = -Math.log(1 - random()) * (MINUTE / PER_MINUTE);
        for (let nowMs = MINUTE; nowMs <= 7 * DAY; nowMs += MINUTE) {
          if (nextMs >= nowMs) continue;
          const partial = emptyPartial();
          for (; nextMs < nowMs; nextMs -= Math.log(1 - random()) * (MINUTE / PER_MINUTE)) {
            run(partial, nextMs, EXPECTED_MS, random);
            runs += 1;
          }
          replay.add({ atMs: nowMs - MINUTE, partial });
          replay.look(nowMs);
        }
        falseAlerts += recorder.episodes.length;
      }
      const perHundred = falseAlerts / 7;
      process.stdout.write(
        `${name}, ${minimum} % asked: ${falseAlerts} false alerts in 700 agent-days ` +
          `(${runs} runs): ${perHundred.toFixed(2)} per 100 agent-days\n`,
      );
      expect(runs).toBeGreaterThan(400_000);
      expect(perHundred).toBeLessThanOrEqual(1);
    },
    180_000,
  );

  it('degraded_performance catches a slow-down by half within 30 tasks', () => {
    const random = seeded(7);
    const trials = 400;
    let caught = 0;
    let tasks = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const { replay, recorder } = watched(builtInRule('degraded_performance'), 90);
      // An hour in which all is well, then one task a minute that takes half as long again.
      for (let minute = 0; minute < 90 && recorder.episodes.length === 0; minute += 1) {
        const partial = emptyPartial();
        const slow = minute >= 60;
        run(partial, (minute + 1) * MINUTE, slow ? 1.5 * EXPECTED_MS : EXPECTED_MS, random);
        replay.add({ atMs: minute * MINUTE, partial });
        replay.look((minute + 1) * MINUTE);
        if (recorder.episodes.length > 0 && slow) {
          caught += 1;
          tasks += minute - 59;
        }
      }
    }
    process.stdout.write(
      `slow-down by 50 %: caught within 30 tasks in ${((100 * caught) / trials).toFixed(1)} % of ` +
        `${trials} runs, after ${(tasks / caught).toFixed(1)} tasks on average\n`,
    );
    expect(caught / trials).toBeGreaterThanOrEqual(0.95);
  }, 60_000);
});
