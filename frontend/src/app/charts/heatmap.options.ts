import type { Statistics, TrendPoint } from '@app/contracts';
import { display } from '../format/display';
import { formatCount, formatPercent } from '../format/format';
import { wallClockAt } from '../time/zone';
import type { ChartView } from './chart-view';
import { FONT } from './font';
import type { Palette } from './palette';
import { orNoData, tooltip } from './time-axis';
import { chartWords } from './words';

/** What happened in an hour of the week. */
export interface WeekHour {
  /** 1 = Monday … 7 = Sunday. */
  weekday: number;
  hour: number;
  total: number;
  failed: number;
}

/** Sums hourly points by the hour of the week on the clocks of a zone. */
export function weekHours(
  points: readonly (Pick<Statistics, 'total' | 'failed'> & Pick<TrendPoint, 'bucketStart'>)[],
  timeZone: string,
): WeekHour[] {
  const hours = new Map<number, WeekHour>();
  for (const { bucketStart, total, failed } of points) {
    if (total === 0) continue;
    const { year, month, day, hour } = wallClockAt(Date.parse(bucketStart), timeZone);
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7;
    const key = weekday * 24 + hour;
    const sum = hours.get(key) ?? { weekday, hour, total: 0, failed: 0 };
    hours.set(key, { ...sum, total: sum.total + total, failed: sum.failed + failed });
  }
  return [...hours].sort(([a], [b]) => a - b).map(([, sum]) => sum);
}

export const HEAT_METRICS = ['tasks', 'failureRate'] as const;
export type HeatMetric = (typeof HEAT_METRICS)[number];

const READ: Readonly<Record<HeatMetric, (hour: WeekHour) => number>> = {
  tasks: ({ total }) => total,
  failureRate: ({ total, failed }) => (failed / total) * 100,
};

/** Hours of the day across, weekdays down. Hours in which nothing ran stay empty. */
export function heatmapChart(
  hours: readonly WeekHour[],
  metric: HeatMetric,
  name: string,
  palette: Palette,
): ChartView {
  const words = chartWords();
  const weekdays = words.weekdays.split(' ');
  const format = metric === 'tasks' ? formatCount : formatPercent;
  const values = hours.map(READ[metric]);
  const most = Math.max(metric === 'tasks' ? 1 : 5, ...values);
  const label = ({ weekday, hour }: WeekHour): string =>
    `${weekdays[weekday - 1] ?? ''} ${String(hour).padStart(2, '0')}:00`;
  const top = hours[values.indexOf(Math.max(...values))];
  const zone = display().timeZone;
  return {
    options: {
      animation: false,
      grid: { left: 34, right: 8, top: 8, bottom: 24 },
      tooltip: tooltip(palette, 'item'),
      xAxis: categories(
        Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')),
        palette,
      ),
      yAxis: { ...categories(weekdays, palette), inverse: true },
      visualMap: {
        show: false,
        min: 0,
        max: most,
        dimension: 2,
        inRange: { color: [...palette.heat] },
      },
      series: [
        {
          type: 'heatmap',
          id: 'heat',
          name,
          itemStyle: { borderColor: palette.surface, borderWidth: 2, borderRadius: 3 },
          emphasis: { itemStyle: { borderColor: palette.text, borderWidth: 1 } },
          tooltip: { valueFormatter: orNoData(format) },
          data: hours.map((one) => ({
            name: label(one),
            value: [one.hour, one.weekday - 1, READ[metric](one)],
          })),
        },
      ],
    },
    legend: [],
    table: {
      columns: [
        `${words.weekday} (${zone})`,
        words.hour,
        words.metrics.tasks,
        words.metrics.failed,
      ].map((column, at) => ({ label: column, numeric: at > 1 })),
      rows: hours.map((one) => [
        weekdays[one.weekday - 1] ?? '',
        `${String(one.hour).padStart(2, '0')}:00`,
        formatCount(one.total),
        formatCount(one.failed),
      ]),
      raw: hours.map(({ weekday, hour, total, failed }) => [weekday, hour, total, failed]),
    },
    description: words.said.heatmap(
      name,
      top === undefined ? words.noData : `${label(top)}, ${format(READ[metric](top))}`,
    ),
  };
}

function categories(data: readonly string[], palette: Palette) {
  return {
    type: 'category',
    data,
    axisLine: { show: false },
    axisTick: { show: false },
    splitArea: { show: false },
    axisLabel: { color: palette.muted, fontSize: 11, fontFamily: FONT },
  };
}
