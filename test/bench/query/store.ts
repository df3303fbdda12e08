import { BucketReader, DirtyQuestion, SumReader, aroundOf, streaming } from '@app/aggregation';
import type { StreamingQuery } from '@app/aggregation';
import type { Period } from '@app/contracts';
import { floorToBucket } from '@app/stats';
import type pg from 'pg';

/** The questions without the web server: what reading and working out cost by themselves. */
export class Store {
  private readonly query: StreamingQuery;
  private readonly keys: number[];
  private opening = '';
  private sums = new SumReader();
  private buckets = new BucketReader();

  constructor(
    private readonly client: pg.Client,
    agents: number,
  ) {
    this.query = streaming(
      async (sql, parameters) => (await client.query(sql, parameters)).rows as never[],
      client as unknown as pg.PoolClient,
      () => {
        const first = this.opening;
        this.opening = '';
        return first;
      },
    );
    this.keys = Array.from({ length: agents }, (_, index) => index + 1);
  }

  /** Every agent's figures over a span. */
  async summary(fromMs: number, toMs: number): Promise<number> {
    const span = { fromMs, toMs, projectId: 1 };
    const request = { ...span, agentKeys: this.keys, coarsest: 'week' as Period };
    const sums = await this.inSnapshot(async () => {
      const marks = new DirtyQuestion(aroundOf(span));
      await this.query.copyAll([marks]);
      return this.sums.read(this.query, request, await marks.answer(this.query, request));
    });
    let total = 0;
    for (const sum of sums.values()) total += sum.statistics.total;
    return total;
  }

  /** One agent hour by hour. */
  async trend(agentId: string, fromMs: number, toMs: number): Promise<number> {
    const span = { fromMs: floorToBucket(fromMs, 'hour'), toMs: floorToBucket(toMs, 'hour') };
    const request = { ...span, projectId: 1, agentId, period: 'hour' as Period };
    const figures = await this.inSnapshot(() => this.buckets.read(this.query, request));
    let total = 0;
    for (const one of figures?.values() ?? []) total += one.total;
    return total;
  }

  /** Nothing is remembered from before, as in a process that has just begun. */
  forget(): void {
    this.sums = new SumReader();
    this.buckets = new BucketReader();
  }

  private async inSnapshot<T>(read: () => Promise<T>): Promise<T> {
    this.opening = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ';
    const result = await read();
    // As the server does: nobody waits for it.
    void this.client.query('ROLLBACK');
    return result;
  }
}
