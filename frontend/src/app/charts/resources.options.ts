import type { TrendPoint } from '@app/contracts';
import { formatInstant, formatMemory, formatPercent } from '../format/format';
import { inUnit, memoryUnit } from './axis-unit';
import type { ChartView } from './chart-view';
import { FONT } from './font';
import type { Palette } from './palette';
import { course, linePoints, lineSeries, measured, timeFrame, valueAxis } from './time-axis';

/** Mean CPU use and mean of the peak memory of the tasks in each bucket. */
export function resourcesChart(points: readonly TrendPoint[], palette: Palette): ChartView {
  const cpu = points.map((point) => point.cpuPercent.mean);
  const memory = points.map((point) => point.memoryMb.mean);
  const unit = memoryUnit(Math.max(0, ...measured(memory)));
  const cpuLine = lineSeries(
    'cpu',
    'CPU',
    palette.cpu,
    linePoints(points, (point) => point.cpuPercent.mean),
    formatPercent,
  );
  const memoryLine = lineSeries(
    'memory',
    'Memory',
    palette.memory,
    linePoints(points, (point) => inUnit(point.memoryMb.mean, unit)),
    (value) => formatMemory(value * unit.per),
  );
  const { lineStyle } = memoryLine;
  return {
    options: {
      ...timeFrame(points, palette, 44),
      yAxis: [
        { ...valueAxis(palette, 'CPU %'), min: 0, nameTextStyle: nameAt(palette, 'left') },
        { ...valueAxis(palette, unit.name, 'right'), min: 0 },
      ],
      series: [
        cpuLine,
        { ...memoryLine, yAxisIndex: 1, lineStyle: { ...lineStyle, type: 'dashed' } },
      ],
    },
    legend: [
      { id: 'cpu', label: 'CPU', colour: palette.cpu, shape: 'line', dash: 'solid' },
      { id: 'memory', label: 'Memory', colour: palette.memory, shape: 'line', dash: 'dashed' },
    ],
    table: {
      columns: ['From', 'CPU mean', 'CPU max', 'Memory mean', 'Memory max'].map((label, at) => ({
        label,
        numeric: at > 0,
      })),
      rows: points.map((point) => [
        formatInstant(point.bucketStart),
        formatPercent(point.cpuPercent.mean),
        formatPercent(point.cpuPercent.max),
        formatMemory(point.memoryMb.mean),
        formatMemory(point.memoryMb.max),
      ]),
    },
    description: `Resources per task. CPU ${course(cpu, formatPercent)}; memory ${course(
      memory,
      formatMemory,
    )}.`,
  };
}

/** A name longer than the labels would be cut off at the edge: it begins at the edge instead. */
function nameAt(palette: Palette, align: 'left') {
  return { color: palette.muted, fontSize: 11, fontFamily: FONT, align, padding: [0, 0, 0, -36] };
}
