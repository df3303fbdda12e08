import type { TrendPoint } from '@app/contracts';
import { FONT } from './font';
import type { Palette } from './palette';

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
    lineStyle: { width: 1.75, color: colour },
    emphasis: { disabled: true },
    tooltip: { valueFormatter: orNoData(format) },
  };
}

/** For `valueFormatter`, which is handed whatever stands in the data. */
export function orNoData(format: (value: number) => string): (value: unknown) => string {
  return (value) => (typeof value === 'number' ? format(value) : 'no data');
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
    axisLabel: { color: palette.muted, fontSize: 11, fontFamily: FONT },
    splitLine: { show: side === 'left', lineStyle: { color: palette.grid } },
    axisLine: { show: false },
    axisTick: { show: false },
  };
}

/** What all charts over time share: the same left edge, so that their crosshairs line up. */
export function timeFrame(points: readonly TrendPoint[], palette: Palette, rightPx = 14) {
  const first = points[0];
  const last = points.at(-1);
  return {
    animation: false,
    grid: { left: 44, right: rightPx, top: 26, bottom: 24 },
    tooltip: tooltip(palette, 'axis'),
    xAxis: {
      type: 'time',
      min: first && Date.parse(first.bucketStart),
      max: last && Date.parse(last.bucketStart),
      axisLine: { lineStyle: { color: palette.grid } },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        fontFamily: FONT,
        hideOverlap: true,
        showMinLabel: false,
        formatter: {
          year: '{yyyy}',
          month: '{MMM}',
          day: '{d} {MMM}',
          hour: '{HH}:{mm}',
          minute: '{HH}:{mm}',
          second: '{HH}:{mm}:{ss}',
        },
      },
    },
  };
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
  if (known.length === 0) return 'no data';
  const low = format(Math.min(...known));
  const high = format(Math.max(...known));
  return `from ${low} to ${high}, last ${format(known.at(-1)!)}`;
}
