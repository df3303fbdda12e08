import { Component, computed, inject, input, signal } from '@angular/core';
import { Router } from '@angular/router';
import type { CompareRow } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { MOST_ON_RADAR } from '../charts/radar.options';
import { Fleet, canBeListed } from '../fleet/fleet';
import { AgentSwatch } from '../panels/agent-swatch';
import { ComparePanels } from '../panels/compare-panels';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Panel } from '../ui/panel';
import { chosenAgents, toggledAgents } from './chosen-agents';

/** More agents than this are found by name only. */
const MOST_OFFERED = 40;

@Component({
  selector: 'apt-compare-page',
  imports: [PageHeader, Panel, ComparePanels, AgentSwatch],
  templateUrl: './compare-page.html',
  styleUrl: './compare-page.css',
})
export class ComparePage {
  /** From the address: comma list of agent ids. */
  readonly agents = input<string>();

  private readonly router = inject(Router);
  private readonly scope = inject(Scope);
  protected readonly fleet = inject(Fleet);
  protected readonly most = MOST_ON_RADAR;
  protected readonly search = signal('');

  private readonly candidates = computed(() =>
    (this.fleet.rows() ?? [])
      .filter((row) => canBeListed(row.agentId))
      .toSorted((a, b) => (b.reliability ?? -1) - (a.reliability ?? -1) || b.total - a.total),
  );
  protected readonly chosen = computed(
    () => chosenAgents(this.agents(), this.candidates(), MOST_ON_RADAR),
    { equal: (a, b) => a.join() === b.join() },
  );
  protected readonly searchable = computed(() => this.candidates().length > 12);
  protected readonly offered = computed(() => {
    const words = this.search().trim().toLowerCase();
    const chosen = new Set(this.chosen());
    const found = this.candidates().filter(
      (row) =>
        words === '' ||
        row.agentName.toLowerCase().includes(words) ||
        row.agentId.toLowerCase().includes(words),
    );
    return found
      .toSorted((a, b) => Number(chosen.has(b.agentId)) - Number(chosen.has(a.agentId)))
      .slice(0, MOST_OFFERED);
  });

  protected readonly feed = apiFeed<CompareRow[]>(() => {
    const [project, range, ids] = [this.scope.project(), this.scope.rangeParams(), this.chosen()];
    if (project === undefined || range === undefined || ids.length < 2) return undefined;
    return { path: 'compare', params: { project, ...range, agentIds: ids.join(',') } };
  }, 5000);

  protected toggle(agentId: string): void {
    const agents = toggledAgents(this.chosen(), agentId, MOST_ON_RADAR).join(',');
    void this.router.navigate([], { queryParams: { agents }, queryParamsHandling: 'merge' });
  }

  protected find(event: Event): void {
    this.search.set((event.target as HTMLInputElement).value);
  }
}
