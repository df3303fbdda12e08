import type { LiveSubscription } from '@app/contracts';

import type { LiveEvent } from './live.event.js';

/** What a client wants to hear, ready for asking. */
export class LiveFilter {
  /** Equal for filters that want the same, so that their choice is made once. */
  readonly key: string;
  private readonly agentIds?: ReadonlySet<string>;
  private readonly agentTypes?: ReadonlySet<string>;
  private readonly kinds?: ReadonlySet<string>;
  private readonly severities?: ReadonlySet<string>;

  constructor({ agentIds, agentTypes, events, severities }: LiveSubscription) {
    this.agentIds = agentIds && new Set(agentIds);
    this.agentTypes = agentTypes && new Set(agentTypes);
    this.kinds = events && new Set(events);
    this.severities = severities && new Set(severities);
    this.key = JSON.stringify(
      [agentIds, agentTypes, events, severities].map((list) => list && [...list].sort()),
    );
  }

  wants(event: LiveEvent): boolean {
    return (
      (!this.kinds || this.kinds.has(event.kind)) &&
      this.isAbout(event) &&
      (!this.severities || event.severity === null || this.severities.has(event.severity))
    );
  }

  /** Whether an agent is one of those that it is about. */
  isAbout({ agentId, agentType }: { agentId: string; agentType: string }): boolean {
    return (
      (!this.agentIds || this.agentIds.has(agentId)) &&
      (!this.agentTypes || this.agentTypes.has(agentType))
    );
  }
}
