import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { evaluate } from './evaluate.js';
import type { Effect, Episode, LifePolicy, Reading } from './evaluate.js';
import { dueNotice } from './notify.js';

const MINUTE = 60_000;

function aPolicy(change: Partial<LifePolicy> = {}): LifePolicy {
  return { holdMs: 0, keepFiringMs: 0, noData: 'keep', ...change };
}

/** `!` critical breach, `w` warning breach, `.` recovered, `~` in between, `?` no data. */
function readingOf(sign: string, atMs: number): Reading {
  switch (sign) {
    case '!':
      return { is: 'breached', atMs, severity: 'critical' };
    case 'w':
      return { is: 'breached', atMs, severity: 'warning' };
    case '.':
      return { is: 'recovered', sinceMs: atMs };
    case '~':
      return { is: 'between' };
    default:
      return { is: 'missing' };
  }
}

/** One reading a minute; what happened, by minute. */
function lived(signs: string, policy: LifePolicy, from: Episode | null = null): string[] {
  let episode = from;
  return [...signs].flatMap((sign, minute) => {
    const nowMs = minute * MINUTE;
    const step = evaluate(policy, episode, readingOf(sign, nowMs), nowMs);
    // What is kept is what survives a restart of the process.
    episode = JSON.parse(JSON.stringify(step.episode)) as Episode | null;
    return step.effects.map((effect) => `${effect}@${minute}`);
  });
}

describe(evaluate.name, () => {
  it.each<[string, string, Partial<LifePolicy>, string[]]>([
    ['fires at once without a hold', 'w', {}, ['fired@0']],
    [
      'forgets a breach shorter than the hold',
      'www.',
      { holdMs: 3 * MINUTE },
      ['pending@0', 'cleared@3'],
    ],
    ['fires at exactly the hold', 'wwww', { holdMs: 3 * MINUTE }, ['pending@0', 'fired@3']],
    [
      'begins the hold anew after an interruption',
      'ww~www',
      { holdMs: 2 * MINUTE },
      ['pending@0', 'cleared@2', 'pending@3', 'fired@5'],
    ],
    ['resolves at once without a keep', 'w.', {}, ['fired@0', 'resolved@1']],
    [
      'keeps firing through a series that flaps',
      'w.w.w.w.w....',
      { keepFiringMs: 3 * MINUTE },
      ['fired@0', 'resolved@12'],
    ],
    [
      'resolves at exactly the keep',
      'w...',
      { keepFiringMs: 2 * MINUTE },
      ['fired@0', 'resolved@3'],
    ],
    ['is not calm in between', 'w..~...', { keepFiringMs: 2 * MINUTE }, ['fired@0', 'resolved@6']],
    ['never resolves for want of data', 'w?????', {}, ['fired@0', 'dataMissing@1']],
    [
      'resolves when data is back and well',
      'w??.',
      {},
      ['fired@0', 'dataMissing@1', 'dataBack@3', 'resolved@3'],
    ],
    [
      'resolves for want of data where the rule says so',
      'w?',
      { noData: 'ok' },
      ['fired@0', 'resolved@1'],
    ],
    [
      'fires nothing for want of data',
      'w????',
      { holdMs: 2 * MINUTE },
      ['pending@0', 'dataMissing@1'],
    ],
    ['escalates once', 'ww!!w!', {}, ['fired@0', 'escalated@2']],
    ['does not escalate what is pending', 'w!!', { holdMs: 2 * MINUTE }, ['pending@0', 'fired@2']],
    ['makes nothing of good news', '..?~.', {}, []],
  ])('%s', (_, signs, policy, expected) => {
    expect(lived(signs, aPolicy(policy))).toEqual(expected);
  });

  it('makes a firing alert pending again when its hold was raised', () => {
    const fired = evaluate(aPolicy(), null, readingOf('w', 0), 0).episode;
    const policy = aPolicy({ holdMs: 3 * MINUTE });
    expect(lived('www.', policy, fired)).toEqual(['pending@0', 'resolved@3']);
    expect(lived('wwwww', policy, fired)).toEqual(['pending@0', 'fired@3']);
  });

  it('goes on with an acknowledged alert, and ends it like any other', () => {
    const fired = evaluate(aPolicy(), null, readingOf('w', 0), 0).episode as Episode;
    const acknowledged: Episode = { ...fired, phase: 'acknowledged' };
    const next = evaluate(aPolicy(), acknowledged, readingOf('w', MINUTE), MINUTE);
    expect(next).toMatchObject({ episode: { phase: 'acknowledged' }, effects: [] });
    expect(lived('w.', aPolicy(), acknowledged)).toEqual(['resolved@1']);
  });

  const policies = fc.record({
    holdMs: fc.constantFrom(0, MINUTE, 3 * MINUTE),
    keepFiringMs: fc.constantFrom(0, MINUTE, 3 * MINUTE),
    noData: fc.constantFrom('keep' as const, 'ok' as const),
  });
  const readings = fc.array(fc.constantFrom('!', 'w', '.', '~', '?'), { maxLength: 60 });

  it('ends everything that fired, or has it open, whatever is read', () => {
    fc.assert(
      fc.property(policies, readings, (policy, signs) => {
        let episode: Episode | null = null;
        let open = false;
        for (const [minute, sign] of signs.entries()) {
          const nowMs: number = minute * MINUTE;
          const step: { episode: Episode | null; effects: Effect[] } = evaluate(
            policy,
            episode,
            readingOf(sign, nowMs),
            nowMs,
          );
          for (const effect of step.effects) {
            if (effect === 'fired') {
              expect(open).toBe(false);
              open = true;
            }
            if (effect === 'resolved') {
              expect(open).toBe(true);
              open = false;
            }
            if (effect === 'cleared') expect(open).toBe(false);
            if (sign === '?' && policy.noData === 'keep') expect(effect).toBe('dataMissing');
          }
          episode = step.episode;
          expect(episode !== null && episode.phase !== 'pending').toBe(open);
        }
      }),
    );
  });

  it('tells of no alert that there is not, and not more often than the rule says', () => {
    const renotify = fc.option(fc.constantFrom(2 * MINUTE, 5 * MINUTE), { nil: null });
    const held = fc.array(fc.boolean(), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(policies, readings, renotify, held, (policy, signs, renotifyMs, holds) => {
        let episode: Episode | null = null;
        let toldAtMs: number | null = null;
        let toldSeverity: Episode['severity'] | null = null;
        for (const [minute, sign] of signs.entries()) {
          const nowMs = minute * MINUTE;
          const step = evaluate(policy, episode, readingOf(sign, nowMs), nowMs);
          const ended = step.effects.includes('resolved');
          const alert = step.episode ?? (ended ? episode : null);
          episode = step.episode;
          if (!alert) continue;
          const due = dueNotice(
            {
              state: ended ? 'resolved' : alert.phase,
              severity: alert.severity,
              held: holds[minute] === true,
              notifiedAtMs: toldAtMs,
              notifiedSeverity: toldSeverity,
              renotifyMs,
            },
            nowMs,
          );
          if (due === 'fired') expect(toldAtMs).toBeNull();
          if (due === 'resolved') expect(toldAtMs).not.toBeNull();
          if (due === 'renotified') {
            expect(nowMs - (toldAtMs ?? 0)).toBeGreaterThanOrEqual(renotifyMs ?? Infinity);
          }
          if (due === 'escalated')
            expect([toldSeverity, alert.severity]).toEqual(['warning', 'critical']);
          if (due && due !== 'resolved') expect(holds[minute]).toBe(false);
          if (ended) toldAtMs = toldSeverity = null;
          else if (due) [toldAtMs, toldSeverity] = [nowMs, alert.severity];
        }
      }),
    );
  });
});
