import { COMPLEXITIES } from '@app/contracts';
import type { ChartView } from './chart-view';
import type { Palette } from './palette';
import { pieChart } from './pie.options';
import { chartWords } from './words';

/** Share of tasks per complexity level. @param counts keyed "1" … "5" */
export function complexityChart(counts: Record<string, number>, palette: Palette): ChartView {
  const words = chartWords();
  const slices = COMPLEXITIES.map((level) => ({
    id: `level-${level}`,
    label: words.level(level),
    value: counts[String(level)] ?? 0,
    colour: palette.levels[level - 1] ?? palette.accent,
  }));
  return pieChart({ metric: 'tasks', slices, of: words.complexity, palette });
}
