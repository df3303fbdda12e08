import { Partial, finalise, readPartials, streaming } from '@app/aggregation';
import type { StreamingQuery } from '@app/aggregation';
import type { Period } from '@app/contracts';
import { floorToBucket } from '@app/stats';
import type pg from 'pg';

/** The questions without the web server: what reading and working out cost by themselves. */
export class Store {
  private readonly query: StreamingQuery;
  private readonly keys: number[];

  constructor(
    private readonly client: pg.Client,
    agents: number,
  ) {
    this.query = streaming(
      async (sql, parameters) => (await client.query(sql, parameters)).rows as never[],
      client as unknown as pg.PoolClient,
    );
    this.keys = Array.from({ length: agents }, (_, index) => index + 1);
  }

  /** Every agent's figures over a span. */
  async summary(fromMs: number, toMs: number): Promise<number> {
    const partials = new Map<number, Partial>();
    const request = {
      agentKeys: this.keys,
      fromMs,
      toMs,
      coarsest: 'week' as Period,
      summed: true,
    };
    await this.inSnapshot(() =>
      readPartials(this.query, request, { partialFor: (key) => partialIn(partials, key) }),
    );
    let total = 0;
    for (const partial of partials.values()) total += finalise(partial).total;
    return total;
  }

  /** One agent hour by hour. */
  async trend(agentKey: number, fromMs: number, toMs: number): Promise<number> {
    const partials = new Map<number, Partial>();
    const span = { fromMs: floorToBucket(fromMs, 'hour'), toMs: floorToBucket(toMs, 'hour') };
    const request = { ...span, agentKeys: [agentKey], coarsest: 'hour' as Period };
    await this.inSnapshot(() =>
      readPartials(this.query, request, {
        partialFor: (_, atMs) => partialIn(partials, floorToBucket(atMs, 'hour')),
      }),
    );
    let total = 0;
    for (const partial of partials.values()) total += finalise(partial).total;
    return total;
  }

  private async inSnapshot(read: () => Promise<void>): Promise<void> {
    await this.client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await read();
    await this.client.query('COMMIT');
  }
}

function partialIn(partials: Map<number, Partial>, key: number): Partial {
  let partial = partials.get(key);
  if (!partial) partials.set(key, (partial = new Partial()));
  return partial;
}
