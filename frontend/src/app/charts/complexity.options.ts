import { COMPLEXITIES } from '@app/contracts';
import { formatCompact, formatCount, formatPercent } from '../format/format';
import type { ChartView } from './chart-view';
import type { Palette } from './palette';
import { orNoData, tooltip } from './time-axis';

/** Share of tasks per complexity level. @param counts keyed "1" … "5" */
export function complexityChart(counts: Record<string, number>, palette: Palette): ChartView {
  const levels = COMPLEXITIES.map((level) => ({
    name: `Level ${level}`,
    value: counts[String(level)] ?? 0,
    colour: palette.levels[level - 1] ?? palette.accent,
  }));
  const total = levels.reduce((sum, level) => sum + level.value, 0);
  const share = (value: number): string =>
    formatPercent(total === 0 ? null : Math.round((value / total) * 1000) / 10);
  return {
    options: {
      animation: false,
      tooltip: tooltip(palette, 'item'),
      series: [
        {
          type: 'pie',
          id: 'complexity',
          radius: ['62%', '94%'],
          label: { show: false },
          labelLine: { show: false },
          emphasis: { scale: false },
          itemStyle: { borderColor: palette.surface, borderWidth: 2 },
          tooltip: { valueFormatter: orNoData(formatCount) },
          data: levels
            .filter((level) => level.value > 0)
            .map(({ name, value, colour }) => ({ name, value, itemStyle: { color: colour } })),
        },
      ],
    },
    legend: levels.map(({ name, value, colour }) => ({
      id: name,
      label: name,
      colour,
      shape: 'box',
      dash: 'solid',
      value: share(value),
      fixed: true,
    })),
    table: {
      columns: ['Complexity', 'Tasks', 'Share'].map((label, at) => ({ label, numeric: at > 0 })),
      rows: levels.map((level) => [level.name, formatCount(level.value), share(level.value)]),
    },
    description: `Tasks by complexity: ${levels
      .map((level) => `${level.name.toLowerCase()} ${share(level.value)}`)
      .join(', ')}.`,
    centre: { value: formatCompact(total), label: 'tasks' },
  };
}
