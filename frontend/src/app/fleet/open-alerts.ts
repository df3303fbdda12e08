import { HttpClient } from '@angular/common/http';
import { Service, computed, effect, inject, untracked } from '@angular/core';
import type { Alert } from '@app/contracts';
import { firstValueFrom } from 'rxjs';
import { apiFeed, apiUrl } from '../api/api-feed';
import { problemLine } from '../api/api-problem';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { Toasts } from '../ui/toasts';
import { namedApart } from './named-apart';
import { Resolutions } from './resolutions';
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

  private readonly resolutions = inject(Resolutions);

  /** Of the whole project; undefined while unknown. */
  readonly all = computed(() => {
    const gone = this.resolutions.ids();
    const alerts = this.feed.data()?.filter((alert) => !gone.has(alert.id));
    return alerts && namedApart(alerts).sort(worstFirst);
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

  /** Takes the alert off the lists at once, and puts it back with the reason if that fails. */
  async resolve(alert: Alert): Promise<void> {
    const { resolved, notResolved, types } = this.words();
    const url = apiUrl(`alerts/${encodeURIComponent(alert.id)}/resolve`);
    const options = { params: { project: alert.project }, keepalive: true };
    const send = (): Promise<unknown> => firstValueFrom(this.http.post(url, {}, options));
    const said = { text: resolved(alert.agentName), detail: types[alert.type] };
    try {
      if (await this.resolutions.resolve([alert], said, send)) this.feed.reload();
    } catch (error) {
      const text = notResolved(alert.agentName);
      this.toasts.show({ tone: 'bad', text, detail: problemLine(error) });
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
