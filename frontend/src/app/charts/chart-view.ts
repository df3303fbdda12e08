import type { EChartsCoreOption } from 'echarts/core';

export type Dash = 'solid' | 'dashed' | 'dotted';

/** An entry of the legend beside a chart; `id` is the id of its series. */
export interface LegendItem {
  id: string;
  label: string;
  colour: string;
  shape: 'line' | 'box';
  dash: Dash;
  /** A figure to print behind the label. */
  value?: string;
  /** Whether the reader may hide the series. */
  fixed?: true;
}

/** The same data as text: what a chart cannot say to who cannot see it. */
export interface TableTwin {
  columns: { label: string; numeric: boolean }[];
  rows: string[][];
}

/** Everything that the chart component needs, made by pure functions from data and palette. */
export interface ChartView {
  options: EChartsCoreOption;
  legend: LegendItem[];
  table: TableTwin;
  /** One or two sentences: what, over which time, how it ran. */
  description: string;
  /** What stands in the hole of a donut. */
  centre?: { value: string; label: string };
}

/** The options without the series that the reader has hidden. */
export function withoutSeries(
  options: EChartsCoreOption,
  hidden: ReadonlySet<string>,
): EChartsCoreOption {
  const series = options['series'];
  if (hidden.size === 0 || !Array.isArray(series)) return options;
  const shown = (series as { id?: string }[]).filter((one) => !hidden.has(one.id ?? ''));
  return { ...options, series: shown };
}
