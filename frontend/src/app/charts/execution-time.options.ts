import type { TrendPoint } from '@app/contracts';
import { formatCount, formatDuration, formatInstant } from '../format/format';
import { durationUnit, inUnit } from './axis-unit';
import type { ChartView, LegendItem } from './chart-view';
import type { Palette } from './palette';
import { course, linePoints, lineSeries, measured, timeFrame, valueAxis } from './time-axis';

/** A line that durations are held against. */
export interface ExpectedDuration {
  ms: number;
  label: string;
}

const QUANTILES = [
  { id: 'p50', read: (point: TrendPoint) => point.duration.p50Ms },
  { id: 'p95', read: (point: TrendPoint) => point.duration.p95Ms },
  { id: 'p99', read: (point: TrendPoint) => point.duration.p99Ms },
] as const;

/** p50, p95 and p99 of successful durations over time, and what was expected. */
export function executionTimeChart(
  points: readonly TrendPoint[],
  palette: Palette,
  expected: ExpectedDuration | null = null,
): ChartView {
  const highest = Math.max(0, expected?.ms ?? 0, ...measured(points.map((p) => p.duration.p99Ms)));
  const unit = durationUnit(highest);
  const format = (value: number): string => formatDuration(value * unit.per);
  const lines = QUANTILES.map(({ id, read }) =>
    lineSeries(
      id,
      id,
      palette[id],
      linePoints(points, (point) => inUnit(read(point), unit)),
      format,
    ),
  );
  const legend: LegendItem[] = QUANTILES.map(({ id }) => {
    return { id, label: id, colour: palette[id], shape: 'line', dash: 'solid' };
  });
  if (expected !== null) {
    const colour = palette.rule;
    legend.push({ id: 'expected', label: expected.label, colour, shape: 'line', dash: 'dashed' });
  }
  return {
    options: {
      ...timeFrame(points, palette),
      yAxis: { ...valueAxis(palette, unit.name), min: 0 },
      series: [
        ...lines,
        ...(expected === null ? [] : [expectedLine(expected.ms / unit.per, palette)]),
      ],
    },
    legend,
    table: {
      columns: ['From', 'p50', 'p95', 'p99', 'Tasks'].map((label, at) => ({
        label,
        numeric: at > 0,
      })),
      rows: points.map((point) => [
        formatInstant(point.bucketStart),
        ...QUANTILES.map(({ read }) => formatDuration(read(point))),
        formatCount(point.total),
      ]),
    },
    description: `Execution time of successful tasks. ${QUANTILES.map(
      ({ id, read }) => `${id} ${course(points.map(read), formatDuration)}`,
    ).join('; ')}.`,
  };
}

/** A series without points: hiding it hides the line. */
function expectedLine(value: number, palette: Palette) {
  return {
    type: 'line',
    id: 'expected',
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: palette.rule, type: 'dashed', width: 1 },
      data: [{ yAxis: value }],
    },
  };
}
