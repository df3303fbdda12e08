import type { TrendPoint } from '@app/contracts';
import type { ChartView, Episode } from './chart-view';
import type { MetricId } from './metric-ids';
import type { Palette } from './palette';
import type { Limit } from './time-axis';
import { bandChart } from './band.options';
import { timeChart } from './time-chart.options';
import { chartWords } from './words';

/** A line that durations are held against. */
export interface ExpectedDuration {
  ms: number;
  label: string;
}

/** Which durations are drawn: three percentiles, one figure, or the percentiles as a band. */
export const DURATION_VIEWS = ['percentiles', 'mean', 'p50', 'p95', 'band'] as const;
export type DurationView = (typeof DURATION_VIEWS)[number];

interface Shown {
  id: 'mean' | 'p50' | 'p95' | 'p99';
  metric: MetricId;
}

const MEAN: Shown = { id: 'mean', metric: 'meanMs' };
const P50: Shown = { id: 'p50', metric: 'p50Ms' };
const P95: Shown = { id: 'p95', metric: 'p95Ms' };
const P99: Shown = { id: 'p99', metric: 'p99Ms' };
const LINES: Readonly<Record<Exclude<DurationView, 'band'>, readonly Shown[]>> = {
  percentiles: [P50, P95, P99],
  mean: [MEAN],
  p50: [P50],
  p95: [P95],
};

export interface ExecutionTimeExtras {
  expected?: ExpectedDuration | null;
  /** Further levels, milliseconds. */
  limits?: readonly Limit[];
  shown?: DurationView;
  episodes?: readonly Episode[];
}

/** Successful durations over time, what was expected, and when alerts fired. */
export function executionTimeChart(
  points: readonly TrendPoint[],
  palette: Palette,
  {
    expected = null,
    limits: further = [],
    shown = 'percentiles',
    episodes = [],
  }: ExecutionTimeExtras = {},
): ChartView {
  const limits: Limit[] = [...further];
  if (expected !== null) {
    limits.unshift({ id: 'expected', value: expected.ms, label: expected.label, tone: 'expected' });
  }
  if (shown === 'band') return bandChart(points, palette, { limits, episodes });
  const colourOf = (id: Shown['id']): string => (id === 'mean' ? palette.accent : palette[id]);
  const lines = LINES[shown].map(({ id, metric }) => {
    const label = id === 'mean' ? chartWords().mean : id;
    return { id, label, colour: colourOf(id), metric, points };
  });
  const view = timeChart({ lines, as: 'line', palette, limits, episodes });
  return { ...view, description: chartWords().said.executionTime(view.description) };
}
