import { inUnit } from './axis-unit';
import type { ChartView } from './chart-view';
import { FONT } from './font';
import { formatMetric, metricName, metricUnit } from './metrics';
import type { MetricId } from './metric-ids';
import type { Palette } from './palette';
import { measured, orNoData, tooltip, topAxis } from './time-axis';
import { chartWords } from './words';

export interface Bar {
  id: string;
  label: string;
  colour: string;
  /** Null: no data. */
  value: number | null;
}

/** More bars than this are a table. */
export const MOST_BARS = 20;

/** One figure of several agents, types or levels as bars lying one under the other. */
export function barsChart(
  metric: MetricId,
  bars: readonly Bar[],
  of: string,
  palette: Palette,
): ChartView {
  const shown = bars.slice(0, MOST_BARS);
  const unit = metricUnit(metric, Math.max(0, ...measured(shown.map(({ value }) => value))));
  const format = (value: number): string => formatMetric(metric, value * unit.per);
  return {
    options: {
      animation: false,
      grid: { left: 8, right: 34, top: 22, bottom: 8, containLabel: true },
      tooltip: { ...tooltip(palette, 'item') },
      xAxis: topAxis(palette, unit.name),
      yAxis: {
        type: 'category',
        inverse: true,
        data: shown.map(({ label }) => label),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: {
          color: palette.text,
          fontSize: 11.5,
          fontFamily: FONT,
          width: 120,
          overflow: 'truncate',
        },
      },
      series: [
        {
          type: 'bar',
          id: 'bars',
          name: metricName(metric),
          barMaxWidth: 18,
          itemStyle: { borderRadius: [0, 3, 3, 0] },
          emphasis: { disabled: true },
          tooltip: { valueFormatter: orNoData(format) },
          data: shown.map(({ value, colour }) => ({
            value: inUnit(value, unit) ?? '-',
            itemStyle: { color: colour },
          })),
        },
      ],
    },
    legend: [],
    table: {
      columns: [of, metricName(metric)].map((label, at) => ({ label, numeric: at > 0 })),
      rows: bars.map(({ label, value }) => [label, formatMetric(metric, value)]),
      raw: bars.map(({ label, value }) => [label, value]),
    },
    description: chartWords().said.ranks(
      metricName(metric),
      shown.map(({ label, value }) => `${label} ${formatMetric(metric, value)}`).join(', '),
    ),
  };
}
