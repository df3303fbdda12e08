import type { TrendPoint } from '@app/contracts';
import { formatMemory, formatPercent } from '../format/format';
import type { ChartView } from './chart-view';
import type { Palette } from './palette';
import { course } from './time-axis';
import { timeChart } from './time-chart.options';
import { chartWords } from './words';

/** Mean CPU use and mean of the peak memory of the tasks in each bucket. */
export function resourcesChart(
  points: readonly TrendPoint[],
  palette: Palette,
  as: 'line' | 'bar' = 'line',
): ChartView {
  const words = chartWords();
  const view = timeChart({
    lines: [
      { id: 'cpu', label: 'CPU', colour: palette.cpu, metric: 'cpuPercent', points },
      {
        id: 'memory',
        label: words.metrics.memoryMb,
        colour: palette.memory,
        dash: 'dashed',
        metric: 'memoryMb',
        points,
      },
    ],
    as,
    palette,
  });
  const cpu = points.map((point) => point.cpuPercent.mean);
  const memory = points.map((point) => point.memoryMb.mean);
  return {
    ...view,
    description: words.said.resources(course(cpu, formatPercent), course(memory, formatMemory)),
  };
}
