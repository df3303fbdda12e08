import { COMPLEXITIES, LIMITS } from '@app/contracts';
import { METRIC_IDS } from '../charts/metric-ids';
import { METRICS } from '../charts/metrics';
import type { MetricId } from '../charts/metric-ids';

export const PANEL_KINDS = [
  'line',
  'bar',
  'pie',
  'radar',
  'table',
  'stat',
  'band',
  'box',
  'heatmap',
] as const;
export type PanelKind = (typeof PANEL_KINDS)[number];

/** What the figures are told apart by; `none`: all together. */
export const PANEL_SPLITS = ['none', 'agent', 'type', 'complexity'] as const;
export type PanelSplit = (typeof PANEL_SPLITS)[number];

/** One panel of a dashboard: which figures, drawn how. The time is that of the page. */
export interface PanelSpec {
  kind: PanelKind;
  /** Empty: made from the figures. */
  title: string;
  /** At least one, at most {@link MOST_METRICS}; what only one fits takes the first. */
  metrics: MetricId[];
  by: PanelSplit;
  /** Only these agents; empty: all, or the busiest where there are too many. */
  agentIds: string[];
  /** Only agents of this type; null: what the page is filtered by. */
  agentType: string | null;
  /** Only tasks of this level, 1–5, where the kind allows it; null: all. */
  complexity: number | null;
}

export const MOST_METRICS = 6;
export const MOST_LINES = 10;
const TITLE_LENGTH = 120;

/** What a kind can do. */
interface Ability {
  splits: readonly PanelSplit[];
  /** Whether several figures fit beside each other; of charts over time only without a split. */
  several: boolean;
  byComplexity: boolean;
}

export const ABILITIES: Readonly<Record<PanelKind, Ability>> = {
  line: { splits: ['none', 'agent'], several: true, byComplexity: true },
  bar: { splits: ['none', 'agent', 'type', 'complexity'], several: false, byComplexity: true },
  pie: { splits: ['agent', 'type', 'complexity'], several: false, byComplexity: false },
  radar: { splits: ['agent'], several: false, byComplexity: true },
  table: { splits: ['agent', 'none'], several: true, byComplexity: false },
  stat: { splits: ['none'], several: false, byComplexity: false },
  band: { splits: ['none'], several: false, byComplexity: true },
  box: { splits: ['agent'], several: false, byComplexity: false },
  heatmap: { splits: ['none'], several: false, byComplexity: false },
};

/** The figures that can be drawn so: an editor offers these. */
export function metricsFor(kind: PanelKind, by: PanelSplit): readonly MetricId[] {
  if (kind === 'radar' || kind === 'band' || kind === 'box') return ['p95Ms'];
  if (kind === 'heatmap') return ['tasks', 'failed'];
  if (by === 'complexity') return ['tasks'];
  // Types are added up from their agents: only what adds up can be.
  const added = kind === 'pie' || by === 'type';
  return added ? METRIC_IDS.filter((id) => METRICS[id].additive) : METRIC_IDS;
}

/** The nearest thing to a spec that can be drawn; its meaning is kept where it can be. */
export function drawable(spec: PanelSpec): PanelSpec {
  const { splits, several, byComplexity } = ABILITIES[spec.kind];
  const by = splits.includes(spec.by) ? spec.by : (splits[0] ?? 'none');
  const offered = metricsFor(spec.kind, by);
  const kept = spec.metrics.filter((id) => offered.includes(id));
  const metrics = kept.length > 0 ? kept : offered.slice(0, 1);
  const many = several && !(spec.kind === 'line' && by !== 'none');
  const oneAgent = by === 'none' && spec.kind !== 'table';
  return {
    ...spec,
    by,
    metrics: metrics.slice(0, many ? MOST_METRICS : 1),
    agentIds: spec.agentIds.slice(0, oneAgent ? 1 : LIMITS.compareAgents),
    complexity: byComplexity && by !== 'agent' ? spec.complexity : byComplexityOf(spec),
  };
}

/** Lines by agent and radars take a level, too; bars by agent come from the summary, which cannot. */
function byComplexityOf({ kind, complexity }: PanelSpec): number | null {
  return kind === 'line' || kind === 'radar' ? complexity : null;
}

/**
 * Reads a spec from a file or a stored dashboard.
 * @returns undefined where it is none: unknown kinds and figures are not guessed
 */
export function parsePanelSpec(value: unknown): PanelSpec | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = value as Record<string, unknown>;
  const { title = '', agentType = null, complexity = null } = given;
  const kind = oneOf(PANEL_KINDS, given['kind']);
  const by = oneOf(PANEL_SPLITS, given['by'] ?? 'none');
  const metrics = listOf(given['metrics'], MOST_METRICS, (id) => oneOf(METRIC_IDS, id));
  const agentIds = listOf(given['agentIds'] ?? [], LIMITS.compareAgents, (id) =>
    isText(id, LIMITS.idLength) && id !== '' && !id.includes(',') ? id : undefined,
  );
  const fits =
    isText(title, TITLE_LENGTH) &&
    (agentType === null || isText(agentType, LIMITS.idLength)) &&
    (complexity === null || COMPLEXITIES.some((level) => level === complexity));
  if (!kind || !by || !metrics?.length || !agentIds || !fits) return undefined;
  return {
    kind,
    title,
    metrics,
    by,
    agentIds,
    agentType,
    complexity: typeof complexity === 'number' ? complexity : null,
  };
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((one) => one === value);
}

function isText(value: unknown, length: number): value is string {
  return typeof value === 'string' && value.length <= length;
}

function listOf<T>(
  value: unknown,
  most: number,
  read: (item: unknown) => T | undefined,
): T[] | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined;
  const items = value.map(read).filter((item) => item !== undefined);
  return items.length === value.length ? items : undefined;
}
