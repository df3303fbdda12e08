import { describe, expect, it } from '@jest/globals';

import { RENOTIFY_MS, SETTLE_MS, stepIncident } from './incidents.js';
import type { Incident, Sighting } from './incidents.js';

const SECOND = 1000;

function sighting(changes: Partial<Sighting> = {}): Sighting {
  return {
    alertId: 'a',
    process: 'host/1',
    condition: 'rollups-late',
    severity: 'warning',
    detail: 'late',
    firedAtMs: 0,
    lastSeenMs: 0,
    isActive: true,
    ...changes,
  };
}

/** One condition over time: what was told at each step. */
class Story {
  incident: Incident | null = null;
  private ids = 0;

  at(ms: number, ...sightings: Sighting[]): string[] {
    const step = stepIncident(this.incident, sightings, ms, () => `id-${(this.ids += 1)}`);
    const { incident = null, notices = [] } = step ?? {};
    this.incident = incident?.resolvedAtMs === null ? incident : null;
    return notices.map(({ transition }) => transition);
  }
}

describe(stepIncident.name, () => {
  const gone = sighting({ isActive: false });

  it('makes nothing of nothing', () => {
    expect(stepIncident(null, [], 0, () => 'id')).toBeNull();
  });

  it('is told once when it begins and once when it is over, however often it is looked at', () => {
    const story = new Story();
    expect(story.at(0, sighting())).toEqual(['fired']);
    expect(story.at(5 * SECOND, sighting())).toEqual([]);
    expect(story.at(10 * SECOND, gone)).toEqual([]);
    expect(story.at(10 * SECOND + SETTLE_MS - 1, gone)).toEqual([]);
    expect(story.at(10 * SECOND + SETTLE_MS, gone)).toEqual(['resolved']);
  });

  it('is one incident for all processes, and over when none sees it any more', () => {
    const story = new Story();
    const other = sighting({ alertId: 'b', process: 'host/2' });
    expect(story.at(0, sighting(), other)).toEqual(['fired']);
    expect(story.incident?.processes).toBe(2);
    expect(story.at(SETTLE_MS, gone, other)).toEqual([]);
    expect(story.incident?.processes).toBe(1);
    expect(story.at(3 * SETTLE_MS, gone, other)).toEqual([]);
    story.at(4 * SETTLE_MS, gone, { ...other, isActive: false });
    expect(story.at(5 * SETTLE_MS, gone, { ...other, isActive: false })).toEqual(['resolved']);
  });

  it('stays the same incident where it comes back at once, as after a restart', () => {
    const story = new Story();
    story.at(0, sighting());
    const { id } = story.incident ?? {};
    expect(story.at(30 * SECOND, gone)).toEqual([]);
    expect(story.at(80 * SECOND, gone, sighting({ alertId: 'b', process: 'host/2' }))).toEqual([]);
    expect(story.at(2 * SETTLE_MS, gone, sighting({ alertId: 'b' }))).toEqual([]);
    expect(story.incident?.id).toBe(id);
  });

  it('is told when it gets graver, and does not get milder', () => {
    const story = new Story();
    story.at(0, sighting());
    expect(story.at(SECOND, sighting({ severity: 'critical', detail: 'worse' }))).toEqual([
      'escalated',
    ]);
    expect(story.at(2 * SECOND, sighting())).toEqual([]);
    expect(story.incident).toMatchObject({ severity: 'critical', detail: 'late' });
  });

  it.each(['warning', 'critical'] as const)('is told again while it lasts: %s', (severity) => {
    const story = new Story();
    const lasting = sighting({ severity });
    story.at(0, lasting);
    expect(story.at(RENOTIFY_MS[severity] - 1, lasting)).toEqual([]);
    expect(story.at(RENOTIFY_MS[severity], lasting)).toEqual(['renotified']);
    expect(story.at(RENOTIFY_MS[severity] + SECOND, lasting)).toEqual([]);
    expect(story.at(2 * RENOTIFY_MS[severity], lasting)).toEqual(['renotified']);
  });

  it('is told though it was over before anybody could be told', () => {
    const story = new Story();
    const away = sighting({ condition: 'database-away', isActive: false, firedAtMs: 5 });
    expect(story.at(0, away)).toEqual(['fired']);
    expect(story.incident?.firedAtMs).toBe(5);
    expect(story.at(SETTLE_MS, away)).toEqual(['resolved']);
  });

  it('is not told again while nobody sees it', () => {
    const story = new Story();
    story.at(0, sighting({ severity: 'critical' }));
    const later = RENOTIFY_MS.critical;
    expect(story.at(later, sighting({ severity: 'critical', isActive: false }))).toEqual([]);
  });
});
