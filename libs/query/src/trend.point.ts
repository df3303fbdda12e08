import { emptyPartial, finalise } from '@app/aggregation';
import type { Statistics, TrendPoint } from '@app/contracts';

/** Figures by the number of their bucket; undefined where nothing happened. */
export type StatisticsAt = (bucket: number) => Statistics | undefined;

const EMPTY = finalise(emptyPartial());
const EMPTY_JSON = JSON.stringify(EMPTY);

export function pointOf(startMs: number, endMs: number, statistics = EMPTY): TrendPoint {
  return {
    bucketStart: new Date(startMs).toISOString(),
    bucketEnd: new Date(endMs).toISOString(),
    ...statistics,
  };
}

/** Figures do not change, and those that are remembered are asked for again and again. */
const written = new WeakMap<Statistics, string>();

/** What `JSON.stringify` makes of the {@link pointOf} each bucket. */
export function pointsJson(bounds: readonly number[], statisticsAt: StatisticsAt): string {
  let json = '';
  let start = instantOf(bounds[0] ?? 0);
  for (let bucket = 0; bucket < bounds.length - 1; bucket++) {
    const end = instantOf(bounds[bucket + 1] ?? 0);
    const figures = jsonOf(statisticsAt(bucket));
    if (bucket > 0) json += ',';
    json += `{"bucketStart":"${start}","bucketEnd":"${end}",${figures.slice(1)}`;
    start = end;
  }
  return `[${json}]`;
}

const instantOf = (ms: number): string => new Date(ms).toISOString();

function jsonOf(statistics: Statistics | undefined): string {
  if (!statistics) return EMPTY_JSON;
  let json = written.get(statistics);
  if (json === undefined) written.set(statistics, (json = JSON.stringify(statistics)));
  return json;
}
