import type { Severity } from '@app/contracts';
import type { EChartsCoreOption } from 'echarts/core';

export type Dash = 'solid' | 'dashed' | 'dotted';

/** An entry of the legend beside a chart; `id` is the id of its series. */
export interface LegendItem {
  id: string;
  label: string;
  colour: string;
  shape: 'line' | 'box';
  dash: Dash;
  /** A figure to print behind the label. */
  value?: string;
  /** Whether the reader may hide the series. */
  fixed?: true;
}

/** A cell as a program reads it: not rounded, null where there is no data. */
export type RawCell = string | number | null;

/** The same data as text: what a chart cannot say to who cannot see it. */
export interface TableTwin {
  columns: { label: string; numeric: boolean }[];
  rows: string[][];
  /** The same for downloads; where absent, the text is what there is. */
  raw?: RawCell[][];
}

/** A stretch of time that an alert fired in. */
export interface Episode {
  /** Of the alert. */
  id: string;
  label: string;
  severity: Severity;
  fromMs: number;
  /** Null: not over. */
  toMs: number | null;
}

/** Everything that the chart component needs, made by pure functions from data and palette. */
export interface ChartView {
  options: EChartsCoreOption;
  legend: LegendItem[];
  table: TableTwin;
  /** One or two sentences: what, over which time, how it ran. */
  description: string;
  /** What stands in the hole of a donut. */
  centre?: { value: string; label: string };
  /** Of charts over time: the buckets in order, so that a stretch of them can be zoomed to. */
  buckets?: { fromMs: number; toMs: number }[];
  /** Alerts that are marked in the chart. */
  episodes?: Episode[];
}

interface AnySeries {
  id?: string;
  type?: string;
  data?: unknown[];
  lineStyle?: object;
}

function seriesOf(options: EChartsCoreOption): AnySeries[] | undefined {
  const series = options['series'];
  return Array.isArray(series) ? (series as AnySeries[]) : undefined;
}

/** Whether a series belongs to a legend entry: `p95` and `p95 band` both belong to `p95`. */
function belongsTo(series: AnySeries, ids: ReadonlySet<string>): boolean {
  const id = series.id ?? '';
  return ids.has(id) || ids.has(id.replace(/ band$/, ''));
}

/** The options without the series that the reader has hidden. */
export function withoutSeries(
  options: EChartsCoreOption,
  hidden: ReadonlySet<string>,
): EChartsCoreOption {
  const series = seriesOf(options);
  if (hidden.size === 0 || series === undefined) return options;
  return { ...options, series: series.filter((one) => !belongsTo(one, hidden)) };
}

/** A line's value, which may stand in a point with more to it. */
function valueOf(point: unknown): unknown {
  const pair: unknown =
    typeof point === 'object' && point !== null && 'value' in point ? point.value : point;
  return Array.isArray(pair) ? (pair as unknown[])[1] : pair;
}

/** Lines drawn on over gaps of at most so many points; longer ones, and those at the ends, stay. */
export function withGapsClosed(options: EChartsCoreOption, most: number): EChartsCoreOption {
  const series = seriesOf(options);
  if (series === undefined) return options;
  const closed = series.map((one) =>
    one.type === 'line' && one.data ? { ...one, data: withoutShortGaps(one.data, most) } : one,
  );
  return { ...options, series: closed };
}

function withoutShortGaps(points: readonly unknown[], most: number): unknown[] {
  const kept: unknown[] = [];
  let gap: unknown[] = [];
  for (const point of points) {
    if (valueOf(point) === null) {
      gap.push(point);
      continue;
    }
    if (gap.length > most || kept.length === 0) kept.push(...gap);
    gap = [];
    kept.push(point);
  }
  return [...kept, ...gap];
}

const DASHES: readonly (Dash | number[])[] = ['solid', 'dashed', 'dotted', [8, 3, 2, 3], [12, 4]];

/** Lines told apart by dashes, areas by patterns: for who cannot tell the colours apart. */
export function withPatterns(options: EChartsCoreOption): EChartsCoreOption {
  const series = seriesOf(options);
  let line = -1;
  const dashed = series?.map((one) => {
    if ((one.type !== 'line' && one.type !== 'radar') || !one.data?.length) return one;
    line += 1;
    return { ...one, lineStyle: { ...one.lineStyle, type: DASHES[line % DASHES.length] } };
  });
  return {
    ...options,
    aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
    ...(dashed && { series: dashed }),
  };
}
