import type { Execution, Outcome } from '@app/contracts';
import { durationUnit } from '../charts/axis-unit';
import type { ChartView, LegendItem } from '../charts/chart-view';
import { FONT } from '../charts/font';
import type { Palette } from '../charts/palette';
import { formatCount, formatDuration, formatInstant } from '../format/format';
import type { TasksWords } from './words.en';
import type { WordsOf } from '../i18n/language';

type Words = WordsOf<TasksWords>;

/** Shapes beside colours, for who cannot tell these. */
const MARKS: Readonly<Record<Outcome, { symbol: string; colour: (palette: Palette) => string }>> = {
  success: { symbol: 'circle', colour: (palette) => palette.accent },
  failure: { symbol: 'diamond', colour: (palette) => palette.agents[5] ?? palette.text },
  timeout: { symbol: 'triangle', colour: (palette) => palette.p99 },
  cancelled: { symbol: 'emptyCircle', colour: (palette) => palette.muted },
  abandoned: { symbol: 'emptyDiamond', colour: (palette) => palette.agents[3] ?? palette.text },
};
const ORDER = Object.keys(MARKS) as Outcome[];

/** Every task as a point: when it began, how long it took, how it ended. */
export function durationScatter(
  runs: readonly Execution[],
  palette: Palette,
  words: Words,
): ChartView {
  const slowest = runs.reduce((max, run) => Math.max(max, run.durationMs), 0);
  const unit = durationUnit(slowest);
  const present = ORDER.filter((status) => runs.some((run) => run.status === status));
  const format = (value: unknown): string =>
    typeof value === 'number' ? formatDuration(value * unit.per) : '';
  return {
    options: {
      animation: false,
      grid: { left: 48, right: 14, top: 26, bottom: 24 },
      tooltip: itemTooltip(palette, format),
      xAxis: timeAxis(palette),
      yAxis: { ...figureAxis(palette), type: 'value', name: unit.name, min: 0 },
      series: present.map((status) => ({
        // A line without a line: points alone, from what is loaded for the other charts.
        type: 'line',
        id: status,
        name: words.outcome[status],
        color: MARKS[status].colour(palette),
        symbol: MARKS[status].symbol,
        symbolSize: status === 'success' ? 5 : 8,
        showAllSymbol: true,
        lineStyle: { width: 0 },
        emphasis: { disabled: true },
        data: runs
          .filter((run) => run.status === status)
          .map((run) => [Date.parse(run.startedAt), run.durationMs / unit.per])
          .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
      })),
    },
    legend: present.map((status): LegendItem => ({
      id: status,
      label: words.outcome[status],
      colour: MARKS[status].colour(palette),
      shape: 'box',
      dash: 'solid',
    })),
    table: {
      columns: [
        { label: words.column.started, numeric: false },
        { label: words.column.task, numeric: false },
        { label: words.column.outcome, numeric: false },
        { label: words.column.duration, numeric: true },
      ],
      rows: runs
        .slice(0, 500)
        .map((run) => [
          formatInstant(run.startedAt),
          run.taskName || run.taskId,
          words.outcome[run.status],
          formatDuration(run.durationMs),
        ]),
    },
    description: words.chartStory(formatCount(runs.length), formatDuration(slowest)),
  };
}

const MOST_BARS = 8;

/** How often which error occurred; undefined where none did. */
export function errorBars(
  runs: readonly Execution[],
  palette: Palette,
  words: Words,
): ChartView | undefined {
  const counts = new Map<string, number>();
  for (const run of runs) {
    if (run.status === 'success' || run.status === 'cancelled') continue;
    const name =
      run.errorType ?? (run.status === 'failure' ? words.unnamedError : words.outcome[run.status]);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const worst = sorted[0];
  if (worst === undefined) return undefined;
  const rest = sorted.slice(MOST_BARS).reduce((sum, [, count]) => sum + count, 0);
  const bars = [...sorted.slice(0, MOST_BARS), ...(rest > 0 ? [[words.otherErrors, rest]] : [])];
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  return {
    options: {
      animation: false,
      grid: { left: 8, right: 44, top: 8, bottom: 8, containLabel: true },
      tooltip: itemTooltip(palette, (value) => formatCount(value as number)),
      xAxis: { ...figureAxis(palette), type: 'value', minInterval: 1 },
      yAxis: {
        type: 'category',
        inverse: true,
        data: bars.map(([name]) => name),
        axisLabel: {
          color: palette.text,
          fontSize: 11.5,
          fontFamily: FONT,
          width: 150,
          overflow: 'truncate',
        },
        axisLine: { show: false },
        axisTick: { show: false },
      },
      series: [
        {
          type: 'bar',
          id: 'errors',
          name: words.tasks,
          color: palette.agents[5],
          barMaxWidth: 16,
          label: { show: true, position: 'right', color: palette.muted, fontFamily: FONT },
          data: bars.map(([, count]) => count),
        },
      ],
    },
    legend: [],
    table: {
      columns: [
        { label: words.column.error, numeric: false },
        { label: words.tasks, numeric: true },
      ],
      rows: bars.map(([name, count]) => [String(name), formatCount(Number(count))]),
    },
    description: words.errorsStory(formatCount(total), worst[0]),
  };
}

function itemTooltip(palette: Palette, format: (value: unknown) => string) {
  return {
    trigger: 'item',
    renderMode: 'richText',
    confine: true,
    backgroundColor: palette.surface,
    borderColor: palette.grid,
    borderWidth: 1,
    textStyle: { color: palette.text, fontSize: 12, fontFamily: FONT },
    valueFormatter: (value: unknown) => format(Array.isArray(value) ? value[1] : value),
  };
}

function figureAxis(palette: Palette) {
  return {
    nameGap: 12,
    nameTextStyle: { color: palette.muted, fontSize: 11, fontFamily: FONT, align: 'right' },
    splitNumber: 4,
    axisLabel: { color: palette.muted, fontSize: 11, fontFamily: FONT },
    splitLine: { lineStyle: { color: palette.grid } },
    axisLine: { show: false },
    axisTick: { show: false },
  };
}

function timeAxis(palette: Palette) {
  return {
    type: 'time',
    axisLine: { lineStyle: { color: palette.grid } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      color: palette.muted,
      fontSize: 11,
      fontFamily: FONT,
      hideOverlap: true,
      formatter: {
        day: '{d} {MMM}',
        hour: '{HH}:{mm}',
        minute: '{HH}:{mm}',
        second: '{HH}:{mm}:{ss}',
      },
    },
  };
}
