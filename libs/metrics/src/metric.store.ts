import { Injectable } from '@nestjs/common';
import { BinaryCopyEncoder, copyBinary } from '@app/platform';
import type { PoolClient } from 'pg';

import { MarkedMinutes } from './marked-minutes.js';
import { COLUMN_LIST, encodeRow } from './metric.columns.js';
import type { FinishedRecord } from './prepared-record.js';
import { timeOrderedId } from './uuid.js';

const TABLE = 'agent_performance_metrics';
const COPY_ROWS = `COPY ${TABLE} (${COLUMN_LIST}) FROM STDIN (FORMAT binary)`;
const COPY_MARKS =
  'COPY dirty_groups (mark_id, first_bucket, last_bucket, marks, buckets) ' +
  'FROM STDIN (FORMAT binary)';
/** About what a row takes, so that the encoder seldom has to grow. */
const ROW_BYTES = 400;

/** COPY statements with the data that goes with them, for `copyBinary`. */
export interface CopyPlan {
  sql: string;
  data: Buffer[];
}

/** Writes finished executions; always within the caller's transaction. */
@Injectable()
export class MetricStore {
  /**
   * Rows straight into the table, with the marks that tell the roller of them: the fast way, which
   * the database refuses whole when any row is stored already.
   */
  plan(records: readonly FinishedRecord[]): CopyPlan {
    return {
      sql: `${COPY_ROWS}; ${COPY_MARKS}`,
      data: [encodeRows(records), encodeMarks(records)],
    };
  }

  /**
   * Through a staging table: the way that stores only what is not there yet.
   * @returns ids of the rows that are new, as `rowId` gives them
   */
  async merge(client: PoolClient, records: readonly FinishedRecord[]): Promise<Set<string>> {
    await client.query(`CREATE TEMP TABLE staged_metrics (LIKE ${TABLE}) ON COMMIT DROP`);
    await copyBinary(client, `COPY staged_metrics (${COLUMN_LIST}) FROM STDIN (FORMAT binary)`, [
      encodeRows(records),
    ]);
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
    const kept = records.filter((record) => stored.has(rowIdOf(record)));
    if (kept.length > 0) await copyBinary(client, COPY_MARKS, [encodeMarks(kept)]);
    return stored;
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

function encodeRows(records: readonly FinishedRecord[]): Buffer {
  const encoder = new BinaryCopyEncoder(1024 + records.length * ROW_BYTES);
  for (const record of records) encodeRow(encoder, record);
  return encoder.finish();
}

/** The (agent, minute) buckets that these rows are in as one row, with a new id. */
function encodeMarks(records: readonly FinishedRecord[]): Buffer {
  const markId = timeOrderedId();
  const marked = new MarkedMinutes();
  for (const record of records) {
    record.markId = markId;
    marked.add(record.agentKey, record.startedAtMs);
  }
  const encoder = new BinaryCopyEncoder();
  encoder.row(5);
  encoder.uuid(markId);
  encoder.timestamptz(marked.firstMs);
  encoder.timestamptz(marked.lastMs);
  encoder.int4(marked.count);
  encoder.bytea(marked.encode());
  return encoder.finish();
}

/** Identity of a stored row within one database. */
export function rowId(agentKey: number, startedAtMs: number, executionId: string): string {
  return `${agentKey}/${startedAtMs}/${executionId}`;
}

export const rowIdOf = (record: FinishedRecord): string =>
  rowId(record.agentKey, record.startedAtMs, record.executionId);
