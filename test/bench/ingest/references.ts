/** What the figures of ingest are held against, measured in the same run on the same machine. */
import { performance } from 'node:perf_hooks';

import { copyBinary, BinaryCopyEncoder } from '@app/platform';
import pg from 'pg';
import type { PoolClient } from 'pg';

import { COLUMN_LIST, encodeRow } from '../../../libs/metrics/src/metric.columns.js';
import type { FinishedRecord } from '../../../libs/metrics/src/prepared-record.js';
import { prepareRecord } from '../../../libs/metrics/src/record-validator.js';
import { sampleRecords } from '../support/sample-records.js';

const COPY = `COPY agent_performance_metrics (${COLUMN_LIST}) FROM STDIN (FORMAT binary)`;
const FILE_ROWS = 100_000;

/** The very rows that the service makes of the records, as one file of binary COPY. */
export function copyFile(run: number, rows = FILE_ROWS): Buffer {
  const encoder = new BinaryCopyEncoder(rows * 320);
  const nowMs = Date.now();
  for (const record of sampleRecords(rows, run, nowMs)) {
    const prepared = prepareRecord(record, {
      projectId: 1,
      project: 'default',
      nowMs,
      oldestMs: 0,
    });
    if ('problem' in prepared) throw new Error(prepared.problem.detail);
    const row = prepared.record as FinishedRecord;
    row.agentKey = 1 + Number(row.agentId.slice('agent-'.length));
    encodeRow(encoder, row);
  }
  return encoder.finish();
}

/**
 * Loads prepared files, as `psql \copy … (format binary)` does: the client has nothing to do but
 * to send.
 * @param files for each connection its files
 * @returns rows per second over all connections
 */
export async function copyRate(databaseUrl: string, files: Buffer[][]): Promise<number> {
  const clients = await Promise.all(
    files.map(async () => {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      return client;
    }),
  );
  const beganMs = performance.now();
  await Promise.all(
    clients.map(async (client, index) => {
      for (const file of files[index] ?? []) {
        await copyBinary(client as unknown as PoolClient, COPY, [file]);
      }
    }),
  );
  const seconds = (performance.now() - beganMs) / 1000;
  await Promise.all(clients.map((client) => client.end()));
  return (files.flat().length * FILE_ROWS) / seconds;
}

/** Median time of committing one row by a plain INSERT, in ms: what one acknowledgement costs. */
export async function insertMs(databaseUrl: string, count = 400): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    'CREATE TABLE IF NOT EXISTS plain_rows (id uuid PRIMARY KEY, at timestamptz, payload jsonb)',
  );
  const times: number[] = [];
  for (const record of sampleRecords(count, 7, Date.now())) {
    const beganMs = performance.now();
    await client.query({
      name: 'plain',
      text: 'INSERT INTO plain_rows VALUES (gen_random_uuid(), $1, $2)',
      values: [record.startedAt, JSON.stringify(record)],
    });
    times.push(performance.now() - beganMs);
  }
  await client.end();
  return median(times);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** CPU µs per record of reading, checking and encoding, beside reading alone. */
export function validateAndEncodeCost(): { parseUs: number; wholeUs: number } {
  const nowMs = Date.now();
  const bodies = Array.from({ length: 50 }, (_, index) =>
    JSON.stringify(sampleRecords(1000, index + 1, nowMs)),
  );
  const context = { projectId: 1, project: 'default', nowMs, oldestMs: 0 };
  const parse = (): void => {
    for (const body of bodies) JSON.parse(body);
  };
  const work = (): void => {
    for (const body of bodies) {
      const encoder = new BinaryCopyEncoder(400_000);
      for (const input of JSON.parse(body) as unknown[]) {
        const prepared = prepareRecord(input, context);
        if ('record' in prepared) encodeRow(encoder, prepared.record as FinishedRecord);
      }
      encoder.finish();
    }
  };
  const parses: number[] = [];
  const wholes: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    parses.push(cpuOf(parse) / 50_000);
    wholes.push(cpuOf(work) / 50_000);
  }
  return { parseUs: median(parses), wholeUs: median(wholes) };
}

function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
