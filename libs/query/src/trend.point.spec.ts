import { describe, expect, it } from '@jest/globals';
import { addRow, emptyPartial, finalise } from '@app/aggregation';

import { pointOf, pointsJson } from './trend.point.js';

const HOUR_MS = 3_600_000;
const row = {
  taskType: 'a "quoted" type',
  complexity: 3,
  status: 'success',
  durationMs: 1234.5,
  endedAtMs: HOUR_MS,
  cpuPercent: 12.5,
  memoryMb: null,
  networkBytes: 0,
  diskBytes: 7,
  inputTokens: 1,
  outputTokens: 2,
  costUsd: 0.1 + 0.2,
};

describe('points as JSON', () => {
  it('are what the points themselves would be, in other buckets too', () => {
    const partial = emptyPartial();
    addRow(partial, row);
    const figures = finalise(partial);
    for (const startMs of [0, 5 * HOUR_MS, Date.parse('2026-11-23T04:00:00Z')]) {
      const bounds = [0, 1, 2, 3].map((hours) => startMs + hours * HOUR_MS);
      const at = (bucket: number) => (bucket === 1 ? figures : undefined);
      const expected = [0, 1, 2].map((bucket) =>
        pointOf(bounds[bucket] ?? 0, bounds[bucket + 1] ?? 0, at(bucket)),
      );
      expect(pointsJson(bounds, at)).toBe(JSON.stringify(expected));
    }
  });
});
