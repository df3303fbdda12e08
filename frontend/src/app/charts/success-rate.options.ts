import type { TrendPoint } from '@app/contracts';
import { formatCount, formatExact, formatPercent } from '../format/format';
import type { ChartView } from './chart-view';
import type { Palette } from './palette';
import { percentSpan, rateFloor } from './percent-axis';
import {
  bucketsOf,
  course,
  linePoints,
  lineSeries,
  measured,
  orNoData,
  timeFrame,
  valueAxis,
} from './time-axis';
import { chartWords } from './words';

/** Success rate as a line over the number of tasks as bars. */
export function successRateChart(points: readonly TrendPoint[], palette: Palette): ChartView {
  const words = chartWords();
  const rates = points.map((point) => point.successRate);
  const most = Math.max(1, ...points.map((point) => point.total));
  // More than twice the height keeps the bars below the line.
  const top = niceCeiling(most * 2.5);
  const floor = rateFloor(measured(rates));
  const line = lineSeries(
    'success',
    words.metrics.successRate,
    palette.success,
    linePoints(points, (point) => point.successRate),
    formatPercent,
  );
  return {
    options: {
      ...timeFrame(points, palette, 40),
      yAxis: [
        { ...valueAxis(palette, '%'), ...percentSpan(floor) },
        {
          ...valueAxis(palette, words.tasksUnit, 'right'),
          min: 0,
          max: top,
          interval: top / 2,
        },
      ],
      series: [
        {
          type: 'bar',
          id: 'tasks',
          name: words.metrics.tasks,
          yAxisIndex: 1,
          color: palette.bar,
          barMaxWidth: 14,
          barCategoryGap: '25%',
          itemStyle: { borderRadius: [2, 2, 0, 0] },
          emphasis: { disabled: true },
          data: points.map((point) => [Date.parse(point.bucketStart), point.total]),
          tooltip: { valueFormatter: orNoData(formatCount) },
        },
        { ...line, z: 3 },
      ],
    },
    legend: [
      {
        id: 'success',
        label: words.metrics.successRate,
        colour: palette.success,
        shape: 'line',
        dash: 'solid',
      },
      { id: 'tasks', label: words.metrics.tasks, colour: palette.bar, shape: 'box', dash: 'solid' },
    ],
    table: {
      columns: [
        words.from,
        words.metrics.successRate,
        words.metrics.tasks,
        words.metrics.failed,
      ].map((label, at) => ({ label, numeric: at > 0 })),
      rows: points.map((point) => [
        formatExact(point.bucketStart),
        orNoData(formatPercent)(point.successRate),
        formatCount(point.total),
        formatCount(point.failed),
      ]),
      raw: points.map((point) => [point.bucketStart, point.successRate, point.total, point.failed]),
    },
    description: words.said.successRate(
      course(rates, formatPercent),
      formatCount(points.reduce((sum, point) => sum + point.total, 0)),
    ),
    buckets: bucketsOf(points),
  };
}

/** The next of 1, 2, 4, 5, 8 × 10ⁿ: ticks of a half and a quarter stay whole. */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  const step = [1, 2, 4, 5, 8, 10].find((candidate) => candidate * power >= value) ?? 10;
  return Math.max(4, step * power);
}
