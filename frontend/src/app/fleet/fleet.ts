import { Service, computed, inject } from '@angular/core';
import type { SummaryRow } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { assignStyles } from '../charts/agent-styles';
import type { AgentStyle } from '../charts/agent-styles';
import { Scope } from '../scope/scope';
import { namedApart } from './named-apart';

/** More agents than this are not listed. */
const MOST_AGENTS = 1000;

/** Whether an id can stand in a comma list, as several questions to the tracker take it. */
export function canBeListed(agentId: string): boolean {
  return !agentId.includes(',');
}

/** The agents of the project with their figures over the window, and how each is drawn. */
@Service()
export class Fleet {
  private readonly scope = inject(Scope);

  readonly summary = apiFeed<SummaryRow[]>(() => {
    const [project, range] = [this.scope.project(), this.scope.rangeParams()];
    if (project === undefined || range === undefined) return undefined;
    return { path: 'summary', params: { project, ...range, limit: MOST_AGENTS } };
  }, this.scope.paceMs);

  /** Whether there may be more agents than are listed. */
  readonly isCut = computed(() => (this.summary.data()?.length ?? 0) >= MOST_AGENTS);

  /** Every type in the project. */
  readonly types = computed(() =>
    [...new Set((this.summary.data() ?? []).map((row) => row.agentType))].sort(),
  );

  /** The agents of the chosen type, with names that tell them apart. */
  readonly rows = computed(() => {
    const type = this.scope.agentType();
    const found = this.summary.data();
    const rows = found && namedApart(found);
    return type === null ? rows : rows?.filter((row) => row.agentType === type);
  });

  private readonly styles = computed(
    () => assignStyles((this.summary.data() ?? []).map((row) => row.agentId)),
    { equal: (a, b) => a.size === b.size && [...a].every(([id, style]) => b.get(id) === style) },
  );

  /** How an agent is drawn on every chart. */
  styleOf(agentId: string): AgentStyle {
    return this.styles().get(agentId) ?? assignStyles([agentId]).get(agentId)!;
  }
}
