import { computed, inject } from '@angular/core';
import type { Signal } from '@angular/core';
import type { CompareRow, SummaryRow, TrendPoint, TrendSeries } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import type { ApiFeed } from '../api/api-feed';
import { MOST_ON_RADAR } from '../charts/radar.options';
import { Fleet, canBeListed } from '../fleet/fleet';
import { Scope } from '../scope/scope';
import { DAY_MS } from '../time/range';
import type { Total } from './kpi-strip';
import { MOST_LINES } from './panel-spec';
import type { PanelSpec } from './panel-spec';

/** Which questions a spec puts to the tracker. */
type Need = 'points' | 'series' | 'rows' | 'compared' | 'total';

export function needOf({ kind, by }: PanelSpec): Need {
  switch (kind) {
    case 'line':
      return by === 'agent' ? 'series' : 'points';
    case 'bar':
      if (by === 'none') return 'points';
      return by === 'complexity' ? 'total' : 'rows';
    case 'pie':
      return by === 'complexity' ? 'total' : 'rows';
    case 'radar':
      return 'compared';
    case 'table':
      return by === 'agent' ? 'rows' : 'total';
    case 'box':
      return 'rows';
    case 'stat':
      return 'total';
    case 'band':
    case 'heatmap':
      return 'points';
  }
}

/** Hours fit into an answer of the tracker up to this, and say little below that. */
const HEAT_DAYS = { least: 3, most: 40 };

/** The range of a heat map: that of the page where it has enough days, else the last seven. */
export function heatParams(scope: Scope) {
  const [span, range] = [scope.span(), scope.rangeParams()];
  if (span === undefined || range === undefined) return undefined;
  const days = (span.toMs - span.fromMs) / DAY_MS;
  const fits = days >= HEAT_DAYS.least && days <= HEAT_DAYS.most;
  return {
    own: fits,
    params: {
      ...(fits ? range : { window: '7d' as const }),
      period: 'hour',
      tz: scope.timeZone(),
    },
  };
}

interface Asked {
  spec: Signal<PanelSpec>;
  /** Of the spec, else of the page. */
  agentType: () => string | null;
  /** The agents of the spec, the busiest first; undefined until they are known. */
  rows: Signal<SummaryRow[] | undefined>;
}

/** The data of one panel; only what its spec needs is asked for. */
export function panelFeeds(spec: Signal<PanelSpec>) {
  const [scope, fleet] = [inject(Scope), inject(Fleet)];
  const agentType = computed(() => spec().agentType ?? scope.agentType());
  const rows = computed(() => {
    const [{ agentIds }, type] = [spec(), agentType()];
    const mine = fleet.summary
      .data()
      ?.filter((row) => agentIds.length === 0 || agentIds.includes(row.agentId));
    return mine
      ?.filter((row) => type === null || row.agentType === type)
      .filter((row) => row.total > 0 || agentIds.length > 0)
      .toSorted((a, b) => b.total - a.total || a.agentId.localeCompare(b.agentId));
  });
  const asked = { spec, agentType, rows };
  const feeds = { ...wholeFeeds(asked), ...agentFeeds(asked), rows: fleet.summary };
  return { ...feeds, rows, main: computed<ApiFeed<unknown>>(() => feeds[needOf(spec())]) };
}

/** About all agents together, or one. */
function wholeFeeds({ spec, agentType }: Asked) {
  const scope = inject(Scope);
  const pace = (): number => Math.max(5000, scope.paceMs());
  const points = apiFeed<TrendPoint[]>(() => {
    const [project, range] = [scope.project(), scope.trendParams()];
    const { kind, complexity, agentIds } = spec();
    const wanted = needOf(spec()) === 'points' || kind === 'stat';
    if (!wanted || project === undefined || range === undefined) return undefined;
    const heat = kind === 'heatmap' ? heatParams(scope)?.params : undefined;
    const filters = { agentType: agentType(), agentId: agentIds[0], complexity };
    return { path: 'trends', params: { project, ...(heat ?? range), ...filters } };
  }, pace);
  const total = apiFeed<Total | SummaryRow>(() => {
    const [project, range, [agentId]] = [scope.project(), scope.rangeParams(), spec().agentIds];
    if (needOf(spec()) !== 'total' || !project || !range) return undefined;
    if (agentId !== undefined) {
      return { path: `agents/${encodeURIComponent(agentId)}`, params: { project, ...range } };
    }
    return { path: 'summary/total', params: { project, ...range, agentType: agentType() } };
  }, pace);
  return { points, total };
}

/** About several agents, each on its own. */
function agentFeeds({ spec, rows }: Asked) {
  const scope = inject(Scope);
  const pace = (): number => Math.max(5000, scope.paceMs());
  const busiest = (most: number): string =>
    (rows() ?? [])
      .map((row) => row.agentId)
      .filter(canBeListed)
      .slice(0, most)
      .sort()
      .join(',');
  const series = apiFeed<TrendSeries[]>(() => {
    const [project, range, agentIds] = [scope.project(), scope.trendParams(), busiest(MOST_LINES)];
    if (needOf(spec()) !== 'series' || !project || !range || agentIds === '') return undefined;
    const { complexity } = spec();
    return { path: 'trends', params: { project, ...range, agentIds, complexity } };
  }, pace);
  const compared = apiFeed<CompareRow[]>(() => {
    const [project, range] = [scope.project(), scope.rangeParams()];
    const agentIds = busiest(MOST_ON_RADAR);
    if (needOf(spec()) !== 'compared' || !project || !range || agentIds === '') return undefined;
    const { complexity } = spec();
    return { path: 'compare', params: { project, ...range, agentIds, complexity } };
  }, pace);
  return { series, compared };
}
