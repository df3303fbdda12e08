import type { CompareRow, Statistics, SummaryRow, TrendPoint, TrendSeries } from '@app/contracts';
import { COMPLEXITIES } from '@app/contracts';
import type { AgentStyle } from '../charts/agent-styles';
import { bandChart } from '../charts/band.options';
import { barsChart } from '../charts/bars.options';
import { boxChart } from '../charts/box.options';
import type { ChartView, RawCell, TableTwin } from '../charts/chart-view';
import { complexityChart } from '../charts/complexity.options';
import { heatmapChart, weekHours } from '../charts/heatmap.options';
import { METRICS, formatMetric, metricName } from '../charts/metrics';
import type { MetricId } from '../charts/metric-ids';
import type { Palette } from '../charts/palette';
import { pieChart, slicesShown } from '../charts/pie.options';
import { radarChart } from '../charts/radar.options';
import { timeChart } from '../charts/time-chart.options';
import { chartWords } from '../charts/words';
import { display } from '../format/display';
import { namedApart } from '../fleet/named-apart';
import { formatCount, formatType } from '../format/format';
import type { PanelSpec } from './panel-spec';

/** What a panel may be drawn from; which of it is needed follows from the spec. */
export interface PanelData {
  points?: readonly TrendPoint[] | undefined;
  series?: readonly TrendSeries[] | undefined;
  rows?: readonly SummaryRow[] | undefined;
  compared?: readonly CompareRow[] | undefined;
  complexity?: Record<string, number> | undefined;
}

export interface PanelLook {
  palette: Palette;
  styleOf: (agentId: string) => AgentStyle;
}

/** The chart of a spec that can be drawn; undefined while its data is missing. */
export function panelChart(
  spec: PanelSpec,
  data: PanelData,
  look: PanelLook,
): ChartView | undefined {
  return chartOf(spec, toldApart(data), look);
}

function chartOf(spec: PanelSpec, data: PanelData, look: PanelLook): ChartView | undefined {
  const { palette } = look;
  const { points, series, rows, compared } = data;
  const [metric = 'tasks'] = spec.metrics;
  switch (spec.kind) {
    case 'line':
      return spec.by === 'agent'
        ? series && linesByAgent(metric, series, look)
        : points && overTime(spec.metrics, points, 'line', palette);
    case 'bar':
      if (spec.by === 'none') return points && overTime(spec.metrics, points, 'bar', palette);
      return parts(spec, data, look, (slices, of) =>
        // Levels have an order of their own.
        barsChart(
          metric,
          spec.by === 'complexity' ? slices : slices.toSorted(largestFirst),
          of,
          palette,
        ),
      );
    case 'pie':
      if (spec.by === 'complexity') {
        return data.complexity && complexityChart(data.complexity, palette);
      }
      return parts(spec, data, look, (slices, of) => {
        const filled = slices.map((slice) => ({ ...slice, value: slice.value ?? 0 }));
        return pieChart({ metric, slices: slicesShown(filled, palette.rule), of, palette });
      });
    case 'radar':
      return compared && radarChart(compared, look.styleOf, palette);
    case 'band':
      return points && bandChart(points, palette);
    case 'box':
      return (
        rows &&
        boxChart(
          rows.map((row) => ({ ...row, ...agentLook(row, look) })),
          palette,
        )
      );
    case 'heatmap':
      return points && heat(metric, points, palette);
    case 'table':
    case 'stat':
      return undefined;
  }
}

function toldApart({ series, rows, compared, ...others }: PanelData): PanelData {
  return {
    ...others,
    series: series && namedApart(series),
    rows: rows && namedApart(rows),
    compared: compared && namedApart(compared),
  };
}

function heat(metric: MetricId, points: readonly TrendPoint[], palette: Palette): ChartView {
  const hours = weekHours(points, display().timeZone);
  return metric === 'failed'
    ? heatmapChart(hours, 'failureRate', chartWords().failureRate, palette)
    : heatmapChart(hours, 'tasks', metricName('tasks'), palette);
}

function agentLook(row: { agentId: string; agentName: string }, { palette, styleOf }: PanelLook) {
  const { hue, dash } = styleOf(row.agentId);
  const colour = palette.agents[hue] ?? palette.accent;
  return { id: row.agentId, label: row.agentName, colour, dash };
}

function overTime(
  metrics: readonly MetricId[],
  points: readonly TrendPoint[],
  as: 'line' | 'bar',
  palette: Palette,
): ChartView {
  const own: Partial<Record<MetricId, string>> = {
    p50Ms: palette.p50,
    p95Ms: palette.p95,
    p99Ms: palette.p99,
    successRate: palette.success,
    failed: palette.bad,
  };
  const lines = metrics.map((metric, at) => ({
    id: metric,
    label: metricName(metric),
    colour: own[metric] ?? palette.agents[at % palette.agents.length] ?? palette.accent,
    metric,
    points,
  }));
  return timeChart({ lines, as, palette });
}

function linesByAgent(
  metric: MetricId,
  series: readonly TrendSeries[],
  look: PanelLook,
): ChartView {
  const lines = series.map((one) => {
    const row = { agentId: one.agentId ?? '', agentName: one.agentName ?? '' };
    return { ...agentLook(row, look), metric, points: one.points };
  });
  return timeChart({ lines, as: 'line', palette: look.palette });
}

interface Part {
  id: string;
  label: string;
  colour: string;
  value: number | null;
}

function largestFirst(a: Part, b: Part): number {
  return (b.value ?? -1) - (a.value ?? -1);
}

/** One figure of each agent, type or level. */
function parts(
  { by, metrics }: PanelSpec,
  { rows, complexity }: PanelData,
  look: PanelLook,
  chart: (parts: Part[], of: string) => ChartView,
): ChartView | undefined {
  const [metric = 'tasks'] = metrics;
  const words = chartWords();
  const { palette } = look;
  if (by === 'complexity') {
    const levels = COMPLEXITIES.map((level) => ({
      id: `level-${level}`,
      label: words.level(level),
      colour: palette.levels[level - 1] ?? palette.accent,
      value: complexity?.[String(level)] ?? 0,
    }));
    return complexity && chart(levels, words.complexity);
  }
  if (rows === undefined) return undefined;
  const { read } = METRICS[metric];
  if (by === 'agent') {
    const agents = rows.map((row) => ({ ...agentLook(row, look), value: read(row) }));
    return chart(agents, words.agent);
  }
  const types = [...new Set(rows.map((row) => row.agentType))].sort();
  const sums = types.map((type, at) => ({
    id: type,
    label: formatType(type),
    colour: palette.agents[at % palette.agents.length] ?? palette.accent,
    value: rows
      .filter((row) => row.agentType === type)
      .reduce((sum, row) => sum + (read(row) ?? 0), 0),
  }));
  return chart(sums, words.agentType);
}

/** The table of a spec: a row per agent, or one for all. */
export function panelTable(
  spec: PanelSpec,
  found: readonly (Statistics & { agentId?: string; agentName?: string })[],
): TableTwin {
  const words = chartWords();
  const named = spec.by === 'agent';
  const rows = namedApart(found);
  const columns = [...(named ? [words.agent] : []), ...spec.metrics.map(metricName), words.samples];
  return {
    columns: columns.map((label, at) => ({ label, numeric: !named || at > 0 })),
    rows: rows.map((row) => [
      ...(named ? [row.agentName] : []),
      ...spec.metrics.map((id) => formatMetric(id, METRICS[id].read(row))),
      formatCount(row.total),
    ]),
    raw: rows.map((row): RawCell[] => [
      ...(named ? [row.agentName] : []),
      ...spec.metrics.map((id) => METRICS[id].read(row)),
      row.total,
    ]),
  };
}
