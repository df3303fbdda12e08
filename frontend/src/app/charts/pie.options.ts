import { formatPercent } from '../format/format';
import type { ChartView } from './chart-view';
import { formatMetric, formatMetricShort, metricName } from './metrics';
import type { MetricId } from './metric-ids';
import type { Palette } from './palette';
import { orNoData, tooltip } from './time-axis';
import { chartWords } from './words';

/** More slices than this cannot be told apart. */
export const MOST_SLICES = 6;

export interface Slice {
  id: string;
  label: string;
  colour: string;
  value: number;
}

/** The largest slices, and one for all the others; what is empty is left out. */
export function slicesShown(slices: readonly Slice[], otherColour: string): Slice[] {
  const filled = slices.filter(({ value }) => value > 0).toSorted((a, b) => b.value - a.value);
  if (filled.length <= MOST_SLICES) return filled;
  const rest = filled.slice(MOST_SLICES);
  const value = rest.reduce((sum, slice) => sum + slice.value, 0);
  const label = chartWords().other(rest.length);
  return [...filled.slice(0, MOST_SLICES), { id: 'other', label, colour: otherColour, value }];
}

export interface Pie {
  metric: MetricId;
  slices: readonly Slice[];
  /** Of the first column of the table. */
  of: string;
  palette: Palette;
}

/** Shares of a whole, in the order given. */
export function pieChart({ metric, slices, of, palette }: Pie): ChartView {
  const words = chartWords();
  const total = slices.reduce((sum, slice) => sum + slice.value, 0);
  const ratio = (value: number): number | null =>
    total === 0 ? null : Math.round((value / total) * 1000) / 10;
  const share = (value: number): string => formatPercent(ratio(value));
  const format = (value: number): string => formatMetric(metric, value);
  return {
    options: {
      animation: false,
      tooltip: tooltip(palette, 'item'),
      series: [
        {
          type: 'pie',
          id: 'pie',
          radius: ['62%', '94%'],
          label: { show: false },
          labelLine: { show: false },
          emphasis: { scale: false },
          itemStyle: { borderColor: palette.surface, borderWidth: 2 },
          tooltip: { valueFormatter: orNoData(format) },
          data: slices
            .filter(({ value }) => value > 0)
            .map(({ label, value, colour }) => ({
              name: label,
              value,
              itemStyle: { color: colour },
            })),
        },
      ],
    },
    legend: slices.map(({ id, label, value, colour }) => ({
      id,
      label,
      colour,
      shape: 'box',
      dash: 'solid',
      value: share(value),
      fixed: true,
    })),
    table: {
      columns: [of, metricName(metric), words.share].map((label, at) => ({
        label,
        numeric: at > 0,
      })),
      rows: slices.map(({ label, value }) => [label, format(value), share(value)]),
      raw: slices.map(({ label, value }) => [label, value, ratio(value)]),
    },
    description: words.said.shares(
      metricName(metric),
      slices.map(({ label, value }) => `${label} ${share(value)}`).join(', '),
    ),
    centre: {
      value: formatMetricShort(metric, total),
      label: metric === 'tasks' ? words.tasks : metricName(metric),
    },
  };
}
