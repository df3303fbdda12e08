import type { TrendPoint } from '@app/contracts';
import { formatCount, formatDuration, formatExact } from '../format/format';
import { durationUnit, inUnit } from './axis-unit';
import { episodeSeries, shownSpan } from './episodes';
import type { ChartView, Episode, LegendItem } from './chart-view';
import type { Palette } from './palette';
import {
  bucketsOf,
  course,
  limitColour,
  limitSeries,
  linePoints,
  lineSeries,
  measured,
  timeFrame,
  valueAxis,
} from './time-axis';
import type { Limit } from './time-axis';
import { chartWords } from './words';

const QUANTILES = [
  { id: 'p50', read: (point: TrendPoint) => point.duration.p50Ms },
  { id: 'p95', read: (point: TrendPoint) => point.duration.p95Ms },
  { id: 'p99', read: (point: TrendPoint) => point.duration.p99Ms },
] as const;

export interface BandExtras {
  limits?: readonly Limit[];
  episodes?: readonly Episode[];
}

/** The median as a line, and above it the bands from p50 to p95 and from p95 to p99. */
export function bandChart(
  points: readonly TrendPoint[],
  palette: Palette,
  { limits = [], episodes = [] }: BandExtras = {},
): ChartView {
  const words = chartWords();
  const highest = [...points.map((p) => p.duration.p99Ms), ...limits.map(({ value }) => value)];
  const unit = durationUnit(Math.max(0, ...measured(highest)));
  const frame = timeFrame(points, palette);
  const format = (value: number): string => formatDuration(value * unit.per);
  const line = ({ id, read }: (typeof QUANTILES)[number]) => {
    const data = linePoints(points, (point) => inUnit(read(point), unit));
    const series = lineSeries(id, id, palette[id], data, format);
    const width = id === 'p50' ? 2 : 1;
    return { ...series, lineStyle: { ...series.lineStyle, width } };
  };
  const at = (point: TrendPoint): number => Date.parse(point.bucketStart);
  /** One part of the stack, transparent or filled: from where the part below ends. */
  const part = (id: string, read: (p: TrendPoint) => number | null, colour?: string) => ({
    type: 'line',
    id,
    xAxisIndex: 1,
    stack: 'band',
    silent: true,
    symbol: 'none',
    connectNulls: false,
    lineStyle: { opacity: 0 },
    areaStyle: { color: colour ?? 'transparent', opacity: colour ? 0.22 : 0 },
    emphasis: { disabled: true },
    data: points.map((point) => [at(point), inUnit(read(point), unit)]),
  });
  return {
    options: {
      ...frame,
      // The bands lie on an axis without a pointer: the tooltip tells the lines only.
      xAxis: [
        frame.xAxis,
        { ...frame.xAxis, show: false, axisPointer: { show: false, triggerTooltip: false } },
      ],
      yAxis: { ...valueAxis(palette, unit.name), min: 0 },
      series: [
        part('base band', (p) => p.duration.p50Ms),
        part('p95 band', (p) => minus(p.duration.p95Ms, p.duration.p50Ms), palette.p95),
        part('p99 band', (p) => minus(p.duration.p99Ms, p.duration.p95Ms), palette.p99),
        ...QUANTILES.map(line),
        ...limits.map((limit) => limitSeries({ ...limit, value: limit.value / unit.per }, palette)),
        ...(episodes.length === 0 ? [] : [episodeSeries(episodes, shownSpan(points), palette)]),
      ],
    },
    legend: [
      ...QUANTILES.map(({ id }): LegendItem => {
        return { id, label: bandLabel(id), colour: palette[id], shape: 'line', dash: 'solid' };
      }),
      ...limits.map(({ id, label, tone }): LegendItem => {
        return { id, label, colour: limitColour(tone, palette), shape: 'line', dash: 'dashed' };
      }),
    ],
    table: tableOf(points),
    description: words.said.executionTime(
      QUANTILES.map(({ id, read }) => `${id} ${course(points.map(read), formatDuration)}`).join(
        '; ',
      ),
    ),
    buckets: bucketsOf(points),
    episodes: [...episodes],
  };
}

function bandLabel(id: 'p50' | 'p95' | 'p99'): string {
  const { band } = chartWords();
  return { p50: band.median, p95: band.low, p99: band.high }[id];
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(0, a - b);
}

function tableOf(points: readonly TrendPoint[]): ChartView['table'] {
  const words = chartWords();
  return {
    columns: [words.from, 'p50', 'p95', 'p99', words.metrics.tasks].map((label, column) => ({
      label,
      numeric: column > 0,
    })),
    rows: points.map((point) => [
      formatExact(point.bucketStart),
      ...QUANTILES.map(({ read }) => formatDuration(read(point))),
      formatCount(point.total),
    ]),
    raw: points.map((point) => [
      point.bucketStart,
      ...QUANTILES.map(({ read }) => read(point)),
      point.total,
    ]),
  };
}
