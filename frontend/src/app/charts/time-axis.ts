import type { Severity, TrendPoint } from '@app/contracts';
import type { EChartsCoreOption } from 'echarts/core';
import { display } from '../format/display';
import { formatBucket, formatNumber } from '../format/format';
import type { Span } from '../time/range';
import type { ChartView, Dash } from './chart-view';
import { FONT } from './font';
import type { Palette } from './palette';
import { timeTicks } from './time-ticks';
import { chartWords } from './words';

/** Below a chart over time that is wide enough for them. */
const MOST_LABELS = 8;
/** What a label takes with some room around it, and what is left and right of the axis. */
const LABEL_PX = 46;
const MARGINS_PX = 60;

/** A reading of one figure from a point; null is a gap, never zero. */
export type Reading = (point: TrendPoint) => number | null;

interface LinePoint {
  value: [number, number | null];
  symbol: 'circle' | 'none';
}

/** Points of a line. One that stands between two gaps gets a dot: it has no line to show it. */
export function linePoints(points: readonly TrendPoint[], read: Reading): LinePoint[] {
  const values = points.map(read);
  return points.map((point, at) => {
    const alone = (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null;
    return {
      value: [Date.parse(point.bucketStart), values[at] ?? null],
      symbol: alone && values[at] !== null ? 'circle' : 'none',
    };
  });
}

/** A line that breaks at gaps, in the house style. */
export function lineSeries(
  id: string,
  name: string,
  colour: string,
  data: readonly LinePoint[],
  format: (value: number) => string,
  dash: Dash = 'solid',
) {
  return {
    type: 'line',
    id,
    name,
    data,
    connectNulls: false,
    showSymbol: true,
    symbolSize: 5,
    color: colour,
    lineStyle: { width: 1.75, color: colour, type: dash },
    emphasis: { disabled: true },
    tooltip: { valueFormatter: orNoData(format) },
  };
}

/** For `valueFormatter`, which is handed whatever stands in the data. */
export function orNoData(format: (value: number) => string): (value: unknown) => string {
  return (value) => (typeof value === 'number' ? format(value) : chartWords().noData);
}

/** Text only: names from outside never become markup. */
export function tooltip(palette: Palette, trigger: 'axis' | 'item') {
  return {
    trigger,
    renderMode: 'richText',
    confine: true,
    backgroundColor: palette.surface,
    borderColor: palette.grid,
    borderWidth: 1,
    padding: [8, 10],
    textStyle: { color: palette.text, fontSize: 12, fontFamily: FONT, lineHeight: 18 },
    axisPointer: { type: 'line', lineStyle: { color: palette.rule, width: 1, type: 'solid' } },
    transitionDuration: 0,
  };
}

/** A vertical axis named by its unit. */
export function valueAxis(palette: Palette, unit: string, side: 'left' | 'right' = 'left') {
  return {
    type: 'value',
    name: unit,
    position: side,
    nameGap: 12,
    nameTextStyle: {
      color: palette.muted,
      fontSize: 11,
      fontFamily: FONT,
      align: side === 'left' ? 'right' : 'left',
      padding: side === 'left' ? [0, 6, 0, 0] : [0, 0, 0, 6],
    },
    splitNumber: 4,
    axisLabel: {
      color: palette.muted,
      fontSize: 11,
      fontFamily: FONT,
      formatter: (value: number) => formatNumber(value, 6),
    },
    splitLine: { show: side === 'left', lineStyle: { color: palette.grid } },
    axisLine: { show: false },
    axisTick: { show: false },
  };
}

/** A horizontal axis of figures, above what it measures, named by its unit. */
export function topAxis(palette: Palette, unit: string) {
  const axis = valueAxis(palette, unit);
  const nameTextStyle = { ...axis.nameTextStyle, align: 'left', padding: 0 };
  return { ...axis, nameTextStyle, position: 'top', nameGap: 10, min: 0 };
}

/** The horizontal axis of a chart over time, on the clocks of the chosen zone. */
export function timeAxis(points: readonly TrendPoint[], palette: Palette) {
  const first = points[0];
  const last = points.at(-1);
  const span = {
    fromMs: first === undefined ? 0 : Date.parse(first.bucketStart),
    toMs: last === undefined ? 1 : Date.parse(last.bucketStart),
  };
  const ends = new Map(
    points.map((point) => [Date.parse(point.bucketStart), Date.parse(point.bucketEnd)]),
  );
  return {
    // Not of type `time`: that one knows the browser's zone and UTC only.
    type: 'value',
    min: span.fromMs,
    max: Math.max(span.toMs, span.fromMs + 1),
    axisLine: { lineStyle: { color: palette.grid } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      color: palette.muted,
      fontSize: 11,
      fontFamily: FONT,
      hideOverlap: true,
      ...timeLabels(span, MOST_LABELS),
    },
    // Heads the tooltip, too.
    axisPointer: {
      snap: true,
      label: {
        show: false,
        formatter: ({ value }: { value: number }) => {
          const end = ends.get(value);
          return end === undefined ? '' : formatBucket(value, end);
        },
      },
    },
  };
}

function timeLabels(span: Span, most: number) {
  const ticks = timeTicks(span, display().timeZone, most);
  const labels = new Map(ticks.map(({ atMs, label }) => [atMs, label]));
  return {
    customValues: ticks.map(({ atMs }) => atMs),
    formatter: (atMs: number) => labels.get(atMs) ?? '',
  };
}

/** How many labels there is room for below a chart over time. */
export function labelsWithin(widthPx: number): number {
  const room = Math.floor((widthPx - MARGINS_PX) / LABEL_PX);
  return Math.max(2, Math.min(MOST_LABELS, room));
}

/**
 * A chart over time with fewer labels, as long as they are at round times: those left out since they
 * would overlap leave holes between the others.
 */
export function withLabels(
  options: EChartsCoreOption,
  buckets: ChartView['buckets'],
  most: number,
): EChartsCoreOption {
  const [first, last] = [buckets?.[0], buckets?.at(-1)];
  if (most >= MOST_LABELS || first === undefined || last === undefined) return options;
  const axis = options['xAxis'] as ReturnType<typeof timeAxis>;
  const labels = timeLabels({ fromMs: first.fromMs, toMs: last.fromMs }, most);
  return { ...options, xAxis: { ...axis, axisLabel: { ...axis.axisLabel, ...labels } } };
}

/** What all charts over time share: the same left edge, so that their crosshairs line up. */
export function timeFrame(points: readonly TrendPoint[], palette: Palette, rightPx = 14) {
  return {
    animation: false,
    grid: { left: 44, right: rightPx, top: 26, bottom: 24 },
    tooltip: tooltip(palette, 'axis'),
    xAxis: timeAxis(points, palette),
  };
}

/** The buckets of a chart over time, as {@link ChartView.buckets}. */
export function bucketsOf(points: readonly TrendPoint[]): NonNullable<ChartView['buckets']> {
  return points.map((point) => ({
    fromMs: Date.parse(point.bucketStart),
    toMs: Date.parse(point.bucketEnd),
  }));
}

/** A level that figures are held against. */
export interface Limit {
  id: string;
  /** In the unit of the axis. */
  value: number;
  label: string;
  tone: 'expected' | Severity;
}

/** The colour of a level and of its entry in the legend. */
export function limitColour(tone: Limit['tone'], palette: Palette): string {
  return tone === 'expected' ? palette.rule : toneOf(tone, palette);
}

/** A series without points: hiding it hides the line. */
export function limitSeries({ id, value, tone }: Limit, palette: Palette) {
  const colour = limitColour(tone, palette);
  return {
    type: 'line',
    id,
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      // The legend names it: words in the chart would lie on its lines.
      label: { show: false },
      lineStyle: { color: colour, type: 'dashed', width: 1 },
      data: [{ yAxis: value }],
    },
  };
}

export function toneOf(severity: Severity, palette: Palette): string {
  if (severity === 'critical') return palette.bad;
  return severity === 'warning' ? palette.warn : palette.accent;
}

/** Only what was measured. */
export function measured(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

/** `from 1.2 s to 4.8 s, last 3.1 s`, or that there is nothing. */
export function course(
  values: readonly (number | null)[],
  format: (value: number) => string,
): string {
  const known = measured(values);
  if (known.length === 0) return chartWords().noData;
  const low = format(Math.min(...known));
  const high = format(Math.max(...known));
  return chartWords().course(low, high, format(known.at(-1)!));
}
