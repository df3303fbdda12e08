import { describe, expect, it } from '@jest/globals';
import { resolve } from './expression';
import type { Edge } from './expression';

const iso = (atMs: number | undefined): string | undefined =>
  atMs === undefined ? undefined : new Date(atMs).toISOString().replace('.000', '');
const told = (text: string, edge: Edge, now: string, zone: string): string | undefined =>
  iso(resolve(text, edge, Date.parse(now), zone));

describe(resolve.name, () => {
  // A Wednesday.
  const now = '2026-05-13T14:35:20Z';

  it.each([
    ['now', 'from', '2026-05-13T14:35:20Z'],
    ['now-6h', 'from', '2026-05-13T08:35:20Z'],
    ['now-90s', 'from', '2026-05-13T14:33:50Z'],
    ['now-1d', 'from', '2026-05-12T14:35:20Z'],
    ['now+2w', 'from', '2026-05-27T14:35:20Z'],
    ['now-1M', 'from', '2026-04-13T14:35:20Z'],
    ['now-2y', 'from', '2024-05-13T14:35:20Z'],
    ['now-1d-2h', 'from', '2026-05-12T12:35:20Z'],
    ['now/m', 'from', '2026-05-13T14:35:00Z'],
    ['now/h', 'to', '2026-05-13T15:00:00Z'],
    ['now/d', 'from', '2026-05-13T00:00:00Z'],
    ['now/d', 'to', '2026-05-14T00:00:00Z'],
    ['now-1d/d', 'from', '2026-05-12T00:00:00Z'],
    ['now-1d/d', 'to', '2026-05-13T00:00:00Z'],
    ['now/w', 'from', '2026-05-11T00:00:00Z'],
    ['now/w', 'to', '2026-05-18T00:00:00Z'],
    ['now/M', 'from', '2026-05-01T00:00:00Z'],
    ['now-1M/M', 'to', '2026-05-01T00:00:00Z'],
    ['now/y', 'to', '2027-01-01T00:00:00Z'],
    ['2026-05-01', 'from', '2026-05-01T00:00:00Z'],
    ['2026-05-01', 'to', '2026-05-02T00:00:00Z'],
    ['2026-05-01 08:30', 'from', '2026-05-01T08:30:00Z'],
    ['2026-05-01T08:30:15', 'to', '2026-05-01T08:30:15Z'],
    ['2026-05-01T08:30:15+02:00', 'from', '2026-05-01T06:30:15Z'],
    ['2026-05-01T06:30:15.250Z', 'from', '2026-05-01T06:30:15.250Z'],
  ] as const)('reads %s as %s in UTC', (text, edge, expected) => {
    expect(told(text, edge, now, 'UTC')).toBe(expected);
  });

  it.each([
    ['Europe/Berlin', 'now/d', 'from', '2026-05-12T22:00:00Z'],
    ['Asia/Kolkata', 'now/h', 'from', '2026-05-13T14:30:00Z'],
    ['America/New_York', 'now/d', 'to', '2026-05-14T04:00:00Z'],
    ['Asia/Tokyo', '2026-05-01', 'from', '2026-04-30T15:00:00Z'],
    ['America/New_York', '2026-05-01 08:30', 'from', '2026-05-01T12:30:00Z'],
  ] as const)('follows the clocks of %s for %s as %s', (zone, text, edge, expected) => {
    expect(told(text, edge, now, zone)).toBe(expected);
  });

  it('gives the day on which Berlin loses an hour 23 of them, and the other 25', () => {
    const hours = (day: string): number => {
      const at = (edge: Edge) => resolve(day, edge, Date.parse(now), 'Europe/Berlin') ?? NaN;
      return (at('to') - at('from')) / 3_600_000;
    };
    expect([hours('2026-03-29'), hours('2026-10-25'), hours('2026-06-01')]).toEqual([23, 25, 24]);
  });

  it('keeps the time of day over a change of the clock, but counts hours exactly', () => {
    const after = '2026-03-29T12:00:00Z';
    expect(told('now-1d', 'from', after, 'Europe/Berlin')).toBe('2026-03-28T13:00:00Z');
    expect(told('now-24h', 'from', after, 'Europe/Berlin')).toBe('2026-03-28T12:00:00Z');
  });

  it('moves on a time that the clock leaves out, and takes the first of one that comes twice', () => {
    expect(told('2026-03-29 02:30', 'from', now, 'Europe/Berlin')).toBe('2026-03-29T01:30:00Z');
    expect(told('2026-10-25 02:30', 'from', now, 'Europe/Berlin')).toBe('2026-10-25T00:30:00Z');
  });

  it('goes back from the end of a long month to the end of a short one', () => {
    expect(told('now-1M', 'from', '2026-03-31T10:00:00Z', 'UTC')).toBe('2026-02-28T10:00:00Z');
  });

  it.each([
    '',
    'nowhere',
    'now-',
    'now-6',
    'now-6x',
    'now/q',
    'now/d/d',
    'NOW',
    '2026-02-30',
    '2026-13-01',
    '2026-05-01 25:00',
    '2026-05-01 10:61',
    '1900-01-01',
    'now-999999y',
    'yesterday',
    '<script>',
  ])('refuses %p', (text) => {
    expect(resolve(text, 'from', Date.parse(now), 'Europe/Berlin')).toBeUndefined();
  });
});
