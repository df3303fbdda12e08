import { computed, inject } from '@angular/core';
import type { Signal } from '@angular/core';
import type { Alert } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import type { Episode } from '../charts/chart-view';
import { words } from '../i18n/language';
import { rangeMoments } from '../scope/range-params';
import { Scope } from '../scope/scope';
import type { Span } from '../time/range';
import { fleetDe } from './words.de';
import { fleetEn } from './words.en';

/** More marks than this hide what they mark. */
export const MOST_EPISODES = 5;
const MOST_READ = 200;
const RANK = { critical: 0, warning: 1, info: 2 } as const;

/** The worst of the alerts that fired within a span, by the time at which they began. */
export function episodesOf(
  alerts: readonly Alert[],
  { fromMs, toMs }: Span,
  label: (alert: Alert) => string,
): Episode[] {
  return alerts
    .filter(({ state }) => state !== 'pending')
    .map((alert) => ({
      id: alert.id,
      label: label(alert),
      severity: alert.severity,
      fromMs: Date.parse(alert.activeAt ?? alert.firedAt),
      toMs: alert.resolvedAt === null ? null : Date.parse(alert.resolvedAt),
    }))
    .filter((episode) => episode.fromMs < toMs && (episode.toMs ?? Infinity) > fromMs)
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.fromMs - a.fromMs)
    .slice(0, MOST_EPISODES)
    .sort((a, b) => a.fromMs - b.fromMs);
}

/**
 * When alerts fired in the range of the page.
 * @param about undefined: not known yet
 */
export function alertEpisodes(
  about: () => { project: string; agentId?: string; agentType?: string | null } | undefined,
): Signal<Episode[]> {
  const scope = inject(Scope);
  const said = words({ en: fleetEn, de: fleetDe });
  const feed = apiFeed<Alert[]>(() => {
    const [params, range] = [about(), scope.range()];
    if (params === undefined || range === undefined) return undefined;
    // Some fired before the range begins and lasted into it.
    const moments = rangeMoments(range, scope.timeZone(), 1);
    return { path: 'alerts', params: { ...params, ...moments, limit: MOST_READ } };
  }, 10_000);
  return computed(() => {
    const [alerts, span] = [feed.data(), scope.span()];
    if (alerts === undefined || span === undefined) return [];
    const { types } = said();
    const label = (alert: Alert) => `${alert.agentName || alert.agentId} · ${types[alert.type]}`;
    return episodesOf(alerts, span, label);
  });
}
