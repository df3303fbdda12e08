import { describe, expect, it } from '@jest/globals';
import type { WeeklyRecurrence } from '@app/contracts';

import { fitsGlob, isActive, matches } from './silence.matching.js';

describe(fitsGlob.name, () => {
  it.each([
    ['planner-1', 'planner-1', true],
    ['planner-1', 'planner-*', true],
    ['planner-', 'planner-*', true],
    ['planner-12', 'planner-?', false],
    ['planner-1', '*-?', true],
    ['a.b', 'a?b', true],
    ['axxbxxc', 'a*b*c', true],
    ['axxbxx', 'a*b*c', false],
    ['', '*', true],
    ['', '?', false],
    ['(a+)+', '(a+)+', true],
  ])('%j against %j', (text, pattern, expected) => {
    expect(fitsGlob(text, pattern)).toBe(expected);
  });

  it('takes no longer for a pattern that would drive a regular expression mad', () => {
    const begun = performance.now();
    expect(fitsGlob('a'.repeat(200), `${'*a'.repeat(99)}b`)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe(matches.name, () => {
  const facts = {
    agentId: 'planner-1',
    agentType: 'orchestrator',
    ruleId: 'slow_execution',
    type: 'slow_execution',
    severity: 'warning',
    taskType: 'parse',
  };

  it('asks for all of them', () => {
    const agent = { field: 'agentId', operator: 'glob', value: 'planner-*' } as const;
    const severity = { field: 'severity', operator: 'equals', value: 'critical' } as const;
    expect(matches([agent], facts)).toBe(true);
    expect(matches([agent, severity], facts)).toBe(false);
    expect(matches([agent, severity], { ...facts, severity: 'critical' })).toBe(true);
  });

  it('takes stars literally where it asks for equality', () => {
    expect(matches([{ field: 'agentId', operator: 'equals', value: 'planner-*' }], facts)).toBe(
      false,
    );
  });
});

describe(isActive.name, () => {
  const span = { startsAt: '2026-01-01T00:00:00Z', endsAt: '2027-01-01T00:00:00Z' };
  const active = (recurrence: WeeklyRecurrence | null, now: string): boolean =>
    isActive({ matchers: [], ...span, recurrence }, new Date(now));

  it.each([
    ['2025-12-31T23:59:59.999Z', false],
    ['2026-01-01T00:00:00Z', true],
    ['2026-12-31T23:59:59.999Z', true],
    ['2027-01-01T00:00:00Z', false],
  ])('is half-open: %s', (now, expected) => {
    expect(active(null, now)).toBe(expected);
  });

  // 21 November 2026 is a Saturday; Berlin is one hour ahead of UTC in winter, two in summer.
  const nights: WeeklyRecurrence = {
    days: ['sat'],
    from: '22:00',
    to: '04:00',
    timeZone: 'Europe/Berlin',
  };
  it.each([
    ['2026-11-21T20:59:00Z', false],
    ['2026-11-21T21:00:00Z', true],
    ['2026-11-22T02:59:00Z', true],
    ['2026-11-22T03:00:00Z', false],
    ['2026-11-22T21:30:00Z', false],
    ['2026-11-21T02:00:00Z', false],
    ['2026-07-18T20:00:00Z', true],
    ['2026-07-18T19:59:00Z', false],
  ])('a night that ends on the next day, in its own time zone: %s', (now, expected) => {
    expect(active(nights, now)).toBe(expected);
  });
});
