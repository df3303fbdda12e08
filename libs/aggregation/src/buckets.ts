import { floorToBucket } from '@app/stats';

import type { Level } from './levels.js';
import { Partial, mergePartial } from './partial.js';
import type { Rollup } from './rollup.rows.js';
import { bucketSpan } from './span.js';
import type { AgentSpan } from './span.js';

/** Partials by agent and bucket. */
export class Buckets {
  private readonly byAgent = new Map<number, Map<number, Partial>>();

  /** Made when it is not there yet. */
  partial(agentKey: number, bucketMs: number): Partial {
    let own = this.byAgent.get(agentKey);
    if (!own) this.byAgent.set(agentKey, (own = new Map<number, Partial>()));
    let partial = own.get(bucketMs);
    if (!partial) own.set(bucketMs, (partial = new Partial()));
    return partial;
  }

  find(agentKey: number, bucketMs: number): Partial | null {
    return this.byAgent.get(agentKey)?.get(bucketMs) ?? null;
  }

  *[Symbol.iterator](): Iterator<Rollup> {
    for (const [agentKey, own] of this.byAgent) {
      for (const [bucketMs, partial] of own) yield { agentKey, bucketMs, partial };
    }
  }

  spans(period: Level): AgentSpan[] {
    return [...this].map(({ agentKey, bucketMs }) => bucketSpan(agentKey, bucketMs, period));
  }

  /** The same in coarser buckets. */
  merged(period: Level): Buckets {
    const coarser = new Buckets();
    for (const { agentKey, bucketMs, partial } of this) {
      mergePartial(coarser.partial(agentKey, floorToBucket(bucketMs, period)), partial);
    }
    return coarser;
  }
}
