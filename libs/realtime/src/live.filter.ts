import type { LiveSubscription } from '@app/contracts';

import type { LiveEvent } from './live.event.js';

/** What a client wants to hear, ready for asking. */
export class LiveFilter {
  static readonly everything = new LiveFilter({});
  /** For those who only send. */
  static readonly nothing = new LiveFilter({ events: [] });

  /** Equal for filters that want the same, so that their choice is made once. */
  readonly key: string;
  private readonly agentIds?: ReadonlySet<string>;
  private readonly agentTypes?: ReadonlySet<string>;
  private readonly kinds?: ReadonlySet<string>;

  constructor(readonly subscription: LiveSubscription) {
    const { agentIds, agentTypes, events } = subscription;
    this.agentIds = agentIds && new Set(agentIds);
    this.agentTypes = agentTypes && new Set(agentTypes);
    this.kinds = events && new Set(events);
    this.key = JSON.stringify(
      [agentIds, agentTypes, events].map((list) => list && [...list].sort()),
    );
  }

  wants(event: LiveEvent): boolean {
    return (
      (!this.kinds || this.kinds.has(event.kind)) &&
      (!this.agentIds || this.agentIds.has(event.agentId)) &&
      (!this.agentTypes || this.agentTypes.has(event.agentType))
    );
  }
}
