import { describe, expect, it } from '@jest/globals';
import { WEEKDAYS } from '@app/contracts';
import type { WeeklyRecurrence } from '@app/contracts';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';

import { SilenceDto } from '../dto/silence.dto.js';
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

describe('whatever is silenced', () => {
  const letter = fc.constantFrom('a', 'b', '*', '?', '.', '(', '+');

  it('a glob fits as the regular expression of its meaning does', () => {
    const texts = fc.string({ unit: letter, maxLength: 8 });
    fc.assert(
      fc.property(texts, texts, (text, pattern) => {
        const source = pattern.replace(/[.*+?()]/g, (char) => {
          if (char === '*') return '[^]*';
          return char === '?' ? '[^]' : `\\${char}`;
        });
        expect(fitsGlob(text, pattern)).toBe(new RegExp(`^${source}$`).test(text));
      }),
      { numRuns: 3000 },
    );
  });

  const time = fc.integer({ min: 0, max: 24 * 60 - 1 });
  const clock = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

  it('a weekly time holds at the minutes of the week that it names, whatever the zone', () => {
    // Zones without summer time: then a week is a week, and can be counted through.
    const zones = fc.constantFrom<[string, number]>(
      ['UTC', 0],
      ['Asia/Kathmandu', 345],
      ['Pacific/Kiritimati', 840],
      ['Pacific/Pago_Pago', -660],
    );
    const days = fc.subarray([...WEEKDAYS], { minLength: 1 });
    const minute = fc.integer({ min: 0, max: 4 * 7 * 24 * 60 });
    const monday = Date.parse('2026-11-02T00:00:00Z');
    fc.assert(
      fc.property(zones, days, time, time, minute, ([timeZone, aheadMinutes], on, from, to, at) => {
        const recurrence = { days: on, from: clock(from), to: clock(to), timeZone };
        const span = { startsAt: '2026-01-01T00:00:00Z', endsAt: '2027-01-01T00:00:00Z' };
        const now = new Date(monday + at * 60_000);
        const week = 7 * 24 * 60;
        const length = to > from ? to - from : to - from + 24 * 60;
        const expected = on.some((day) => {
          const begin = WEEKDAYS.indexOf(day) * 24 * 60 + from - aheadMinutes;
          return (((at - begin) % week) + week) % week < length;
        });
        expect(isActive({ matchers: [], ...span, recurrence }, now)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('what the reader of silences takes can be looked at, at any time', () => {
    const text = fc.oneof(
      fc.constantFrom('22:00', '24:00', '1:00', 'sat', 'Europe/Berlin', 'Mars/Olympus', '+05:30'),
      fc.constantFrom('2026-01-31T08:00:00Z', '0000-01-01T00:00:00+23:00', '2026-W01-1T00:00Z'),
      fc.constantFrom('agentId', 'equals', 'glob', 'constructor'),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    const any = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.jsonValue());
    const fields = (names: string[]): fc.Arbitrary<object> =>
      fc.record(Object.fromEntries(names.map((name) => [name, any])), { requiredKeys: [] });
    const good = {
      matchers: [{ field: 'agentId', operator: 'glob', value: 'a*' }],
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '2026-12-31T00:00:00Z',
    };
    const weekly = { days: ['sat'], from: '22:00', to: '04:00', timeZone: 'Europe/Berlin' };
    const input = fc
      .tuple(
        fields(['startsAt', 'endsAt', 'comment', 'matchers', 'recurrence', 'author', 'x']),
        fc.option(fields(['days', 'from', 'to', 'timeZone', 'x'])),
      )
      .map(([changes, recurrence]) => ({
        ...good,
        ...(recurrence && { recurrence: { ...weekly, ...recurrence } }),
        ...changes,
      }));
    fc.assert(
      fc.property(input, (given) => {
        const silence = plainToInstance(SilenceDto, given);
        const errors = validateSync(silence, { whitelist: true, forbidNonWhitelisted: true });
        if (errors.length > 0) return;
        const { recurrence = null, ...rest } = silence;
        expect(typeof isActive({ ...rest, recurrence }, new Date('2026-11-22T10:00:00Z'))).toBe(
          'boolean',
        );
        expect([silence.startsAt, silence.endsAt].map(Date.parse)).not.toContain(NaN);
      }),
      { numRuns: 1000 },
    );
  });
});
