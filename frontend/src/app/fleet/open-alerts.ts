import { HttpClient } from '@angular/common/http';
import { Service, computed, effect, inject, signal, untracked } from '@angular/core';
import type { Alert, Answer } from '@app/contracts';
import { firstValueFrom } from 'rxjs';
import { apiFeed, apiUrl } from '../api/api-feed';
import { problemLine } from '../api/api-problem';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { Toasts } from '../ui/toasts';
import { fleetDe } from './words.de';
import { fleetEn } from './words.en';

const MOST_ALERTS = 200;

/** The firing alerts of the project, worst first, and the one action on them. */
@Service()
export class OpenAlerts {
  private readonly scope = inject(Scope);
  private readonly http = inject(HttpClient);
  private readonly toasts = inject(Toasts);
  private readonly words = words({ en: fleetEn, de: fleetDe });

  readonly feed = apiFeed<Alert[]>(() => {
    const project = this.scope.project();
    if (project === undefined) return undefined;
    return { path: 'alerts', params: { project, state: 'firing', limit: MOST_ALERTS } };
  });

  /** Resolved here, not yet gone from the tracker's answer. */
  private readonly resolved = signal<ReadonlySet<string>>(new Set());

  /** Of the whole project; undefined while unknown. */
  readonly all = computed(() => {
    const gone = this.resolved();
    return this.feed
      .data()
      ?.filter((alert) => !gone.has(alert.id))
      .toSorted(worstFirst);
  });

  /** Of the chosen agent type. */
  readonly shown = computed(() => {
    const type = this.scope.agentType();
    return type === null ? this.all() : this.all()?.filter((alert) => alert.agentType === type);
  });

  readonly count = computed(() => this.all()?.length ?? 0);

  private known: { project: string | undefined; ids: Set<string> } | undefined;

  constructor() {
    effect(() => {
      const alerts = this.feed.data();
      if (alerts !== undefined) untracked(() => this.noteNews(alerts));
    });
  }

  /** Takes the alert off the list at once, and puts it back with the reason if that fails. */
  async resolve(alert: Alert): Promise<void> {
    this.resolved.update((ids) => new Set(ids).add(alert.id));
    try {
      const url = apiUrl(`alerts/${encodeURIComponent(alert.id)}/resolve`);
      const params = { project: alert.project };
      await firstValueFrom(this.http.post<Answer<Alert>>(url, {}, { params }));
      this.toasts.show({
        tone: 'good',
        text: this.words().resolved(alert.agentName),
        detail: this.words().types[alert.type],
      });
      this.feed.reload();
    } catch (error) {
      this.resolved.update((ids) => new Set([...ids].filter((id) => id !== alert.id)));
      this.toasts.show({
        tone: 'bad',
        text: this.words().notResolved(alert.agentName),
        detail: problemLine(error),
      });
    }
  }

  private noteNews(alerts: readonly Alert[]): void {
    const project = untracked(this.scope.project);
    const before = this.known?.project === project ? this.known?.ids : undefined;
    this.known = { project, ids: new Set(alerts.map((alert) => alert.id)) };
    if (before === undefined) return;
    const news = alerts.filter((alert) => !before.has(alert.id));
    if (news.length === 0) return;
    const critical = news.filter(({ severity }) => severity === 'critical').length;
    this.toasts.newAlerts(news.length, critical);
  }
}

const RANK = { critical: 0, warning: 1, info: 2 } as const;

function worstFirst(a: Alert, b: Alert): number {
  return RANK[a.severity] - RANK[b.severity] || b.lastSeenAt.localeCompare(a.lastSeenAt);
}
