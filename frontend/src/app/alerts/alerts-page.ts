import { Component, computed, inject, signal } from '@angular/core';
import type { Alert } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { OpenAlerts } from '../fleet/open-alerts';
import { AlertList } from '../panels/alert-list';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Panel } from '../ui/panel';
import { Toggle } from '../ui/toggle';

const MOST_RESOLVED = 100;

@Component({
  selector: 'apt-alerts-page',
  imports: [PageHeader, Panel, AlertList, Toggle],
  template: `
    <apt-page-header heading="Alerts" [byWindow]="false" />
    @if (which() === 'open') {
      <apt-panel heading="Open" [caption]="'' + (open.shown()?.length ?? '')" [feed]="open.feed">
        <apt-toggle panelActions label="Which alerts" [options]="ways" [(value)]="which" />
        <apt-alert-list [alerts]="open.shown() ?? []" />
        @if (open.shown()?.length === 0) {
          <p class="none"><b>All calm</b>No agent is outside its benchmark.</p>
        }
      </apt-panel>
    } @else {
      <apt-panel heading="Resolved" caption="newest" [feed]="resolvedFeed">
        <apt-toggle panelActions label="Which alerts" [options]="ways" [(value)]="which" />
        <apt-alert-list [alerts]="resolved()" />
        @if (resolved().length === 0) {
          <p class="none">No alert has been resolved yet.</p>
        }
      </apt-panel>
    }
  `,
  styles: `
    .none {
      display: grid;
      justify-items: center;
      gap: 2px;
      margin: 48px 0;
      color: var(--muted);
      b {
        color: var(--text);
        font-weight: 600;
      }
    }
  `,
})
export class AlertsPage {
  private readonly scope = inject(Scope);
  protected readonly open = inject(OpenAlerts);
  protected readonly which = signal('open');
  protected readonly ways = [
    { value: 'open', label: 'Open', icon: 'alerts' as const },
    { value: 'resolved', label: 'Resolved', icon: 'check' as const },
  ];

  protected readonly resolvedFeed = apiFeed<Alert[]>(() => {
    const project = this.scope.project();
    if (project === undefined || this.which() === 'open') return undefined;
    return { path: 'alerts', params: { project, state: 'resolved', limit: MOST_RESOLVED } };
  });
  protected readonly resolved = computed(() => {
    const type = this.scope.agentType();
    const alerts = this.resolvedFeed.data() ?? [];
    return type === null ? alerts : alerts.filter((alert) => alert.agentType === type);
  });
}
