import type { Benchmark, BenchmarkFigures, BenchmarkPreviewCounts } from '@app/contracts';
import { formatDuration, formatMemory, formatPercent } from '../format/format';

export type FigureKey = 'expectedMs' | 'maxCpuPercent' | 'maxMemoryMb' | 'minSuccessRate';

export const FIGURES: readonly { key: FigureKey; unit: string; max: number }[] = [
  { key: 'expectedMs', unit: 'ms', max: 31_622_400_000 },
  { key: 'maxCpuPercent', unit: '%', max: 100_000 },
  { key: 'maxMemoryMb', unit: 'MiB', max: 1e9 },
  { key: 'minSuccessRate', unit: '%', max: 100 },
];

export function figureTexts(benchmark: Benchmark): Record<FigureKey, string> {
  const entries = FIGURES.map(({ key }) => [key, `${benchmark[key]}`] as const);
  return Object.fromEntries(entries) as Record<FigureKey, string>;
}

/** What was typed: left out where empty, as it is where it is no number, for the server to refuse. */
export function figureInput(texts: Record<FigureKey, string>): Record<string, number | string> {
  const given = FIGURES.map(({ key }) => [key, texts[key].trim()] as const);
  const asked = given.filter(([, text]) => text !== '');
  return Object.fromEntries(
    asked.map(([key, text]) => [key, Number.isFinite(Number(text)) ? Number(text) : text]),
  );
}

export function figureWords(figures: BenchmarkFigures): string {
  const { expectedMs, maxCpuPercent, maxMemoryMb, minSuccessRate } = figures;
  return [
    formatDuration(expectedMs),
    formatPercent(maxCpuPercent),
    formatMemory(maxMemoryMb),
    `≥ ${formatPercent(minSuccessRate)}`,
  ].join(' · ');
}

/** Rows of the comparison of a preview. */
export const PREVIEW_ROWS = [
  'alerting',
  'slow',
  'verySlow',
  'overCpu',
  'overMemory',
] as const satisfies (keyof BenchmarkPreviewCounts)[];
