import type { TrendPoint } from '@app/contracts';
import { formatExact } from '../format/format';
import { inUnit } from './axis-unit';
import { episodeSeries, shownSpan } from './episodes';
import type { AxisUnit } from './axis-unit';
import type { ChartView, Dash, Episode, LegendItem } from './chart-view';
import { METRICS, formatMetric, metricUnit } from './metrics';
import type { MetricId } from './metric-ids';
import type { Palette } from './palette';
import { percentSpan, rateFloor } from './percent-axis';
import {
  bucketsOf,
  course,
  limitColour,
  limitSeries,
  linePoints,
  lineSeries,
  measured,
  orNoData,
  timeFrame,
  valueAxis,
} from './time-axis';
import type { Limit } from './time-axis';
import { chartWords } from './words';

/** One figure over time. */
export interface TimeLine {
  id: string;
  label: string;
  colour: string;
  dash?: Dash;
  metric: MetricId;
  points: readonly TrendPoint[];
}

export interface TimeChart {
  lines: readonly TimeLine[];
  as: 'line' | 'bar';
  palette: Palette;
  /** Levels of the first axis, their values in the base unit of the first metric. */
  limits?: readonly Limit[];
  episodes?: readonly Episode[];
}

interface Axis {
  kind: string;
  /** Where it begins, and ends if there is a most. */
  span: { min: number; max?: number };
  unit: AxisUnit;
}

/** At most two units: further lines are measured by the second axis, which is then wrong; leave out. */
const MOST_AXES = 2;

/** Shares end at a hundred; a share of one core may not. */
const UP_TO_100: ReadonlySet<MetricId> = new Set(['successRate', 'reliability', 'consistency']);

function axesOf({ lines, limits = [], as }: TimeChart): Axis[] {
  const kinds = [...new Set(lines.map((line) => METRICS[line.metric].kind))].slice(0, MOST_AXES);
  return kinds.map((kind, at) => {
    const mine = lines.filter((line) => METRICS[line.metric].kind === kind);
    const values = mine.flatMap((line) => line.points.map(METRICS[line.metric].read));
    const levels = at === 0 ? limits.map((limit) => limit.value) : [];
    const open = mine.find((line) => !UP_TO_100.has(line.metric));
    const metric = (open ?? mine[0])?.metric ?? 'tasks';
    const shown = [...measured(values), ...levels];
    // The length of a bar says something only from zero.
    const floor = as === 'line' ? rateFloor(shown) : 0;
    const span = open ? { min: 0 } : percentSpan(floor);
    return { kind, span, unit: metricUnit(metric, Math.max(0, ...shown)) };
  });
}

/** Figures of up to two units over time, as lines or bars, with levels and alerts. */
export function timeChart(chart: TimeChart): ChartView {
  const { palette, limits = [], episodes = [] } = chart;
  const axes = axesOf(chart);
  const axisAt = (line: TimeLine): number =>
    axes.findIndex((axis) => axis.kind === METRICS[line.metric].kind);
  const lines = chart.lines.filter((line) => axisAt(line) >= 0);
  const first: readonly TrendPoint[] = lines[0]?.points ?? [];
  const unit = axes[0]?.unit ?? { name: '', per: 1 };
  const words = chartWords();
  return {
    options: {
      ...timeFrame(first, palette, axes.length > 1 ? 46 : 14),
      yAxis: axes.map((axis, at) => ({
        ...valueAxis(palette, axis.unit.name, at === 0 ? 'left' : 'right'),
        ...axis.span,
      })),
      series: [
        ...lines.map((line) => seriesOf(line, chart, axisAt(line), axes)),
        ...limits.map((limit) => limitSeries({ ...limit, value: limit.value / unit.per }, palette)),
        ...(episodes.length === 0 ? [] : [episodeSeries(episodes, shownSpan(first), palette)]),
      ],
    },
    legend: [
      ...lines.map((line) => legendOf(line, chart.as)),
      ...limits.map(({ id, label, tone }): LegendItem => {
        return { id, label, colour: limitColour(tone, palette), shape: 'line', dash: 'dashed' };
      }),
      ...(episodes.length === 0 ? [] : [episodeLegend(episodes, palette)]),
    ],
    table: {
      columns: [words.from, ...lines.map((line) => line.label), words.metrics.tasks].map(
        (label, at) => ({ label, numeric: at > 0 }),
      ),
      rows: first.map((point, at) => [
        formatExact(point.bucketStart),
        ...lines.map((line) => told(line, figure(line, at))),
        formatMetric('tasks', point.total),
      ]),
      raw: first.map((point, at) => [
        point.bucketStart,
        ...lines.map((line) => figure(line, at)),
        point.total,
      ]),
    },
    description: lines
      .map((line) => {
        const values = line.points.map(METRICS[line.metric].read);
        return `${line.label} ${course(values, (value) => formatMetric(line.metric, value))}`;
      })
      .join('; '),
    buckets: bucketsOf(first),
    episodes: [...episodes],
  };
}

function told({ metric }: TimeLine, value: number | null): string {
  return value === null ? chartWords().noData : formatMetric(metric, value);
}

function figure({ metric, points }: TimeLine, at: number): number | null {
  const point = points[at];
  return point === undefined ? null : METRICS[metric].read(point);
}

function seriesOf(line: TimeLine, chart: TimeChart, at: number, axes: readonly Axis[]) {
  const { id, label, colour, dash = 'solid', metric, points } = line;
  const unit = axes[at]?.unit ?? { name: '', per: 1 };
  const read = (point: TrendPoint): number | null => inUnit(METRICS[metric].read(point), unit);
  const format = (value: number): string => formatMetric(metric, value * unit.per);
  if (chart.as === 'line') {
    const series = lineSeries(id, label, colour, linePoints(points, read), format, dash);
    return at === 0 ? series : { ...series, yAxisIndex: at };
  }
  return {
    type: 'bar',
    id,
    name: label,
    yAxisIndex: at,
    color: colour,
    barMaxWidth: 14,
    barCategoryGap: '25%',
    itemStyle: { borderRadius: [2, 2, 0, 0] },
    emphasis: { disabled: true },
    data: points.map((point) => [Date.parse(point.bucketStart), read(point)]),
    tooltip: { valueFormatter: orNoData(format) },
  };
}

function legendOf(
  { id, label, colour, dash = 'solid' }: TimeLine,
  as: TimeChart['as'],
): LegendItem {
  return { id, label, colour, shape: as === 'line' ? 'line' : 'box', dash };
}

function episodeLegend(episodes: readonly Episode[], palette: Palette): LegendItem {
  const worst = episodes.some(({ severity }) => severity === 'critical');
  return {
    id: 'episodes',
    label: chartWords().alertEpisodes,
    colour: worst ? palette.bad : palette.warn,
    shape: 'box',
    dash: 'solid',
  };
}
