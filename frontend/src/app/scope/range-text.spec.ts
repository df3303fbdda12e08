import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { displayBy } from '../format/display';
import { rangeLabel, typedEnd, writtenEnd } from './range-text';
import { scopeDe } from './words.de';
import { scopeEn } from './words.en';

const BERLIN = 'Europe/Berlin';

describe('a range in words', () => {
  beforeEach(() => displayBy(() => ({ language: 'en', timeZone: BERLIN })));
  afterEach(() => displayBy(() => ({ language: 'en', timeZone: 'UTC' })));
  const label = (from: string, to: string): string => rangeLabel({ from, to }, BERLIN, scopeEn);

  it.each([
    ['now-6h', 'now', 'Last 6 hours'],
    ['now-1d/d', 'now-1d/d', 'Yesterday'],
    ['now-2h', 'now-1h', 'now-2h – now-1h'],
    ['2026-05-13T08:00:00Z', '2026-05-13T10:30:00Z', '13 May, 10:00 – 12:30'],
    ['2026-05-12T08:00:00Z', '2026-05-13T10:30:00Z', '12 May, 10:00 – 13 May, 12:30'],
    ['2026-05-12T08:00:00Z', 'now', '12 May, 10:00 – now'],
  ])('%s to %s', (from, to, expected) => {
    expect(label(from, to)).toBe(expected);
  });

  it('speaks German', () => {
    expect(rangeLabel({ from: 'now-1h', to: 'now' }, BERLIN, scopeDe)).toBe('Letzte Stunde');
  });

  it('types instants on the clocks of the zone and writes them for every zone', () => {
    const typed = typedEnd('2026-05-13T08:00:00.000Z', 'from', BERLIN);
    expect(typed).toBe('2026-05-13 10:00');
    expect(writtenEnd(typed, 'from', BERLIN)).toBe('2026-05-13T08:00:00.000Z');
    expect(writtenEnd(' now-6h ', 'from', BERLIN)).toBe('now-6h');
    expect(writtenEnd('2026-05-13', 'to', BERLIN)).toBe('2026-05-13T22:00:00.000Z');
    expect(writtenEnd('rubbish', 'to', BERLIN)).toBe('rubbish');
  });
});
