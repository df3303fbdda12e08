import { randomUUID } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { BinaryCopyEncoder, copyBinary } from '@app/platform';
import type { PoolClient } from 'pg';

import { COLUMN_LIST, encodeRow } from './metric.columns.js';
import type { FinishedRecord } from './prepared-record.js';

const MINUTE_MS = 60_000;
const TABLE = 'agent_performance_metrics';

/** Writes finished executions; always within the caller's transaction. */
@Injectable()
export class MetricStore {
  /**
   * Straight into the table: the fast way, for rows not stored before.
   * @throws the database's error when any row is a duplicate or is refused
   */
  async copy(client: PoolClient, records: readonly FinishedRecord[]): Promise<void> {
    await copyBinary(
      client,
      `COPY ${TABLE} (${COLUMN_LIST}) FROM STDIN (FORMAT binary)`,
      encode(records),
    );
    await this.markDirty(client, records);
  }

  /**
   * Through a staging table: the way that stores only what is not there yet.
   * @returns ids of the rows that are new, as `rowId` gives them
   */
  async merge(client: PoolClient, records: readonly FinishedRecord[]): Promise<Set<string>> {
    await client.query(`CREATE TEMP TABLE staged_metrics (LIKE ${TABLE}) ON COMMIT DROP`);
    await copyBinary(
      client,
      `COPY staged_metrics (${COLUMN_LIST}) FROM STDIN (FORMAT binary)`,
      encode(records),
    );
    const { rows } = await client.query<{
      agent_key: number;
      started_at: Date;
      execution_id: string;
    }>(
      `INSERT INTO ${TABLE} (${COLUMN_LIST}) SELECT ${COLUMN_LIST} FROM staged_metrics
       ON CONFLICT (agent_key, started_at, execution_id) DO NOTHING
       RETURNING agent_key, started_at, execution_id`,
    );
    const stored = new Set(
      rows.map((row) => rowId(row.agent_key, row.started_at.getTime(), row.execution_id)),
    );
    await this.markDirty(
      client,
      records.filter((record) => stored.has(rowIdOf(record))),
    );
    return stored;
  }

  /** Tells the roller which (agent, minute) buckets these rows are in. */
  private async markDirty(client: PoolClient, records: readonly FinishedRecord[]): Promise<void> {
    const buckets = new Map<string, [agentKey: number, bucket: Date]>();
    for (const { agentKey, startedAtMs } of records) {
      const bucketMs = Math.floor(startedAtMs / MINUTE_MS) * MINUTE_MS;
      buckets.set(`${agentKey}/${bucketMs}`, [agentKey, new Date(bucketMs)]);
    }
    if (buckets.size === 0) return;
    const marks = [...buckets.values()];
    await client.query(
      `INSERT INTO dirty_buckets (agent_key, bucket_start, mark_id)
       SELECT agent_key, bucket_start, $3 FROM unnest($1::int[], $2::timestamptz[]) AS t (agent_key, bucket_start)`,
      [marks.map(([key]) => key), marks.map(([, bucket]) => bucket), randomUUID()],
    );
  }

  /** Whether an execution is stored, wherever it began; for ends that do not say when that was. */
  async isStored(client: PoolClient, agentKey: number, executionId: string): Promise<boolean> {
    const { rows } = await client.query(
      `SELECT 1 FROM ${TABLE} WHERE agent_key = $1 AND execution_id = $2 LIMIT 1`,
      [agentKey, executionId],
    );
    return rows.length > 0;
  }
}

function encode(records: readonly FinishedRecord[]): Buffer {
  const encoder = new BinaryCopyEncoder();
  for (const record of records) encodeRow(encoder, record);
  return encoder.finish();
}

/** Identity of a stored row within one database. */
export function rowId(agentKey: number, startedAtMs: number, executionId: string): string {
  return `${agentKey}/${startedAtMs}/${executionId}`;
}

export const rowIdOf = (record: FinishedRecord): string =>
  rowId(record.agentKey, record.startedAtMs, record.executionId);
