import type { Span } from '../time/range';
import type { Episode } from './chart-view';
import type { Palette } from './palette';
import { toneOf } from './time-axis';

/** Where the lanes of the episodes begin, and how far apart they lie; pixels from above. */
const LANES = { top: 27, step: 5, height: 3 };
const RANK = { critical: 0, warning: 1, info: 2 } as const;

/** A stretch in which at least one alert fired, and the worst of them. */
interface Trouble extends Span {
  worst: Episode;
}

/** Stretches without overlap, so that many alerts at a time do not become a wall of colour. */
export function troubles(episodes: readonly Episode[], shown: Span): Trouble[] {
  const merged: Trouble[] = [];
  for (const worst of episodes.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const fromMs = Math.max(worst.fromMs, shown.fromMs);
    const toMs = Math.min(worst.toMs ?? shown.toMs, shown.toMs);
    // What fires all the time tells nothing of any moment.
    if (toMs <= fromMs || (fromMs <= shown.fromMs && toMs >= shown.toMs)) continue;
    const last = merged.at(-1);
    if (last === undefined || last.toMs < fromMs) {
      merged.push({ fromMs, toMs, worst });
      continue;
    }
    last.toMs = Math.max(last.toMs, toMs);
    if (RANK[worst.severity] < RANK[last.worst.severity]) last.worst = worst;
  }
  return merged;
}

/**
 * A series without points that marks when alerts fired: the stretches behind the lines, and above
 * them a lane for each alert. Its id is `episodes`; marks are named by the alert that they lead to.
 */
export function episodeSeries(episodes: readonly Episode[], shown: Span, palette: Palette) {
  const ends = ({ fromMs, toMs }: Episode) => [
    Math.max(fromMs, shown.fromMs),
    Math.min(toMs ?? shown.toMs, shown.toMs),
  ];
  const lanes = episodes.map((episode, lane) => {
    const [from, to] = ends(episode);
    const y = LANES.top + lane * LANES.step;
    const itemStyle = { color: toneOf(episode.severity, palette), opacity: 0.85 };
    return [
      { name: episode.id, xAxis: from, y, itemStyle },
      { xAxis: to, y: y + LANES.height },
    ];
  });
  const stretches = troubles(episodes, shown).map(({ fromMs, toMs, worst }) => [
    {
      name: worst.id,
      xAxis: fromMs,
      itemStyle: { color: toneOf(worst.severity, palette), opacity: 0.1 },
    },
    { xAxis: toMs },
  ]);
  return {
    type: 'line',
    id: 'episodes',
    data: [],
    markArea: { label: { show: false }, data: [...stretches, ...lanes] },
  };
}

/** From the first to the last point of a chart. */
export function shownSpan(points: readonly { bucketStart: string }[]): Span {
  const at = (point: { bucketStart: string } | undefined): number =>
    Date.parse(point?.bucketStart ?? '') || 0;
  return { fromMs: at(points[0]), toMs: at(points.at(-1)) };
}
