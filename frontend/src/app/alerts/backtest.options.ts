import type { AlertRule, BacktestEpisode, BacktestSeries, Severity } from '@app/contracts';
import { ALERT_STATISTICS } from '@app/contracts';
import type { AxisUnit } from '../charts/axis-unit';
import { durationUnit, inUnit, memoryUnit } from '../charts/axis-unit';
import type { ChartView, LegendItem } from '../charts/chart-view';
import { FONT } from '../charts/font';
import type { Palette } from '../charts/palette';
import { course, measured, orNoData, tooltip, valueAxis } from '../charts/time-axis';
import { formatInstant, formatNumber } from '../format/format';
import { formatAlertValue } from './alert-words';
import { ruleWords } from './words';

export interface BacktestSpan {
  fromMs: number;
  toMs: number;
}

/** Whether an episode is about what the series shows. */
export function isAbout(episode: BacktestEpisode, series: BacktestSeries): boolean {
  const [a, b] = [episode.subject, series.subject];
  return a.kind === b.kind && a.value === b.value && episode.agentId === series.agentId;
}

interface Figures {
  unit: AxisUnit;
  format: (value: number) => string;
}

/** The unit of what is charted: its values are those of the rule's levels. */
export function chartedUnit(rule: Pick<AlertRule, 'type' | 'statistic'>, highest: number): Figures {
  const unit =
    rule.type === 'threshold' && rule.statistic !== null
      ? ALERT_STATISTICS[rule.statistic]
      : rule.type === 'high_failure_rate'
        ? '%'
        : null;
  if (unit === null) {
    return {
      unit: { name: ruleWords().units.expected, per: 1 },
      format: (value) => `${formatNumber(value, 2)} ×`,
    };
  }
  const axis = axisOf(unit, highest);
  return { unit: axis, format: (value) => formatAlertValue(value * axis.per, unit) };
}

function axisOf(unit: string, highest: number): AxisUnit {
  if (unit === 'ms') return durationUnit(highest);
  if (unit === 'MB') return memoryUnit(highest);
  const known = ruleWords().units;
  return { name: Object.hasOwn(known, unit) ? known[unit as keyof typeof known] : unit, per: 1 };
}

/** One watched figure over the range, its levels, and the episodes as marked areas. */
export function backtestChart(
  series: BacktestSeries,
  episodes: readonly BacktestEpisode[],
  rule: Pick<AlertRule, 'type' | 'statistic'>,
  span: BacktestSpan,
  palette: Palette,
): ChartView {
  const { points } = series;
  const words = ruleWords().backtest;
  const all = points.flatMap(({ value, warning, critical }) => [value, warning, critical]);
  const { unit, format } = chartedUnit(rule, Math.max(0, ...measured(all)));
  const colours: Record<Severity, string> = {
    info: palette.accent,
    warning: palette.p99,
    critical: palette.agents[5] ?? palette.p99,
  };
  const mine = episodes.filter((episode) => isAbout(episode, series));
  const levels = (['warning', 'critical'] as const).filter((name) =>
    points.some((point) => point[name] !== null),
  );
  const line = (
    id: 'value' | 'warning' | 'critical',
    read: (point: (typeof points)[number]) => number | null,
  ) => ({
    type: 'line',
    id,
    name: words[id],
    data: points.map((point) => [Date.parse(point.at), inUnit(read(point), unit)]),
    connectNulls: false,
    showSymbol: false,
    emphasis: { disabled: true },
    tooltip: { valueFormatter: orNoData(format) },
  });
  const legend: LegendItem[] = [
    { id: 'value', label: words.value, colour: palette.accent, shape: 'line', dash: 'solid' },
    ...levels.map((name): LegendItem => {
      return { id: name, label: words[name], colour: colours[name], shape: 'line', dash: 'dashed' };
    }),
  ];
  return {
    options: {
      animation: false,
      grid: { left: 48, right: 14, top: 26, bottom: 24 },
      tooltip: tooltip(palette, 'axis'),
      xAxis: timeAxis(span, palette),
      yAxis: { ...valueAxis(palette, unit.name), min: 0 },
      series: [
        {
          ...line('value', (point) => point.value),
          color: palette.accent,
          lineStyle: { width: 1.75, color: palette.accent },
          markArea: { silent: true, data: mine.map((one) => area(one, span, colours)) },
        },
        ...levels.map((name) => ({
          ...line(name, (point) => point[name]),
          step: 'end',
          color: colours[name],
          lineStyle: { width: 1.25, type: 'dashed', color: colours[name] },
        })),
      ],
    },
    legend,
    table: {
      columns: [words.at, words.value, words.warning, words.critical].map((label, at) => ({
        label,
        numeric: at > 0,
      })),
      rows: points.map(({ at, value, warning, critical }) => [
        formatInstant(at),
        ...[value, warning, critical].map((one) => orNoData(format)(inUnit(one, unit))),
      ]),
    },
    description: describe(points, mine.length, (value) => format(value / unit.per)),
  };
}

function describe(
  points: BacktestSeries['points'],
  episodes: number,
  format: (value: number) => string,
): string {
  const ran = course(
    points.map(({ value }) => value),
    format,
  );
  return ruleWords().backtest.said(ran, episodes);
}

/** From the breach to its end; one that did not end lasts to the end of the range. */
function area(
  { activeAt, resolvedAt, severity }: BacktestEpisode,
  span: BacktestSpan,
  colours: Record<Severity, string>,
) {
  const to = resolvedAt === null ? span.toMs : Date.parse(resolvedAt);
  return [
    { xAxis: Date.parse(activeAt), itemStyle: { color: colours[severity], opacity: 0.16 } },
    { xAxis: to },
  ];
}

function timeAxis({ fromMs, toMs }: BacktestSpan, palette: Palette) {
  return {
    type: 'time',
    min: fromMs,
    max: toMs,
    axisLine: { lineStyle: { color: palette.grid } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      color: palette.muted,
      fontSize: 11,
      fontFamily: FONT,
      hideOverlap: true,
      showMinLabel: false,
      formatter: { day: '{d} {MMM}', hour: '{HH}:{mm}', minute: '{HH}:{mm}' },
    },
  };
}
