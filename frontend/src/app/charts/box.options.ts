import type { DurationStats } from '@app/contracts';
import { formatDuration } from '../format/format';
import { durationUnit } from './axis-unit';
import type { ChartView } from './chart-view';
import { FONT } from './font';
import type { Palette } from './palette';
import { tooltip, topAxis } from './time-axis';
import { chartWords } from './words';

export interface Box {
  id: string;
  label: string;
  colour: string;
  duration: DurationStats;
}

type Known = Box & { duration: { [K in keyof DurationStats]: number } };

function isKnown(box: Box): box is Known {
  return Object.values(box.duration).every((value) => value !== null);
}

/**
 * The spread of durations: a box from p50 to p95, whiskers to the shortest and to p99. Quartiles
 * are not kept by the tracker; these are the percentiles that are.
 */
export function boxChart(boxes: readonly Box[], palette: Palette): ChartView {
  const words = chartWords();
  const known = boxes.filter(isKnown);
  const unit = durationUnit(Math.max(0, ...known.map(({ duration }) => duration.p99Ms)));
  const per = (ms: number): number => ms / unit.per;
  const figures = ({ minMs, p50Ms, meanMs, p95Ms, p99Ms, maxMs }: DurationStats) =>
    [minMs, p50Ms, meanMs, p95Ms, p99Ms, maxMs] as const;
  const said = (box: Known): string =>
    `${box.label} p50 ${formatDuration(box.duration.p50Ms)}, p95 ${formatDuration(box.duration.p95Ms)}, p99 ${formatDuration(box.duration.p99Ms)}`;
  return {
    options: {
      animation: false,
      grid: { left: 8, right: 34, top: 22, bottom: 8, containLabel: true },
      tooltip: tooltip(palette, 'item'),
      xAxis: topAxis(palette, unit.name),
      yAxis: {
        type: 'category',
        inverse: true,
        data: known.map(({ label }) => label),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: {
          color: palette.text,
          fontSize: 11.5,
          fontFamily: FONT,
          width: 110,
          overflow: 'truncate',
        },
      },
      series: [
        {
          type: 'boxplot',
          id: 'boxes',
          boxWidth: [8, 18],
          // The tooltip of the library speaks of quartiles, which these are not.
          tooltip: { show: false },
          data: known.map(({ label, colour, duration: d }) => ({
            name: label,
            // Lower whisker, lower edge, line, upper edge, upper whisker.
            value: [d.minMs, d.p50Ms, d.p50Ms, d.p95Ms, d.p99Ms].map(per),
            itemStyle: { color: `${colour}40`, borderColor: colour, borderWidth: 1.5 },
          })),
        },
        {
          type: 'scatter',
          id: 'means',
          name: words.box.mean,
          symbol: 'diamond',
          symbolSize: 8,
          z: 3,
          emphasis: { disabled: true },
          tooltip: { valueFormatter: () => '' },
          data: known.map(({ label, colour, duration }, at) => ({
            name: `${label}: ${formatDuration(duration.meanMs)}`,
            value: [per(duration.meanMs), at],
            itemStyle: { color: colour },
          })),
        },
      ],
    },
    legend: [],
    table: {
      columns: [words.agent, words.box.min, 'p50', words.box.mean, 'p95', 'p99', words.box.max].map(
        (label, at) => ({ label, numeric: at > 0 }),
      ),
      rows: boxes.map(({ label, duration }) => [label, ...figures(duration).map(formatDuration)]),
      raw: boxes.map(({ label, duration }) => [label, ...figures(duration)]),
    },
    description: words.said.boxes(known.map(said).join('; ')),
  };
}
