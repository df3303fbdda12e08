import { BinaryCopyEncoder, copyBinary } from '@app/platform';
import { floorToBucket } from '@app/stats';

import { Buckets } from './buckets.js';
import type { Query, StreamingQuery } from './copy-out.js';
import { raiseHorizon } from './horizons.js';
import { PackedRows } from './packed-rows.js';
import type { Partial } from './partial.js';
import { readPartials } from './partial.reader.js';
import { readRawRows } from './raw.rows.js';
import type { Rolling } from './rolling.js';
import type { Span } from './span.js';
import { encodePartial } from './window.codec.js';
import { QUARTER_MS, quarterFrom, quarterTo } from './window.rows.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The windows that pages show by default; those before them go along. */
const LENGTHS_MS = [DAY_MS, 7 * DAY_MS, 30 * DAY_MS];
/** Late data that is younger than this leaves windows as they are. */
const SETTLED_MS = HOUR_MS;
/** Windows are ready before they are asked for; longer than the pause between two rounds. */
const AHEAD_MS = 6 * MINUTE_MS;
/** Agents of one statement. */
const CHUNK = 500;
/** The agents seen last; those beyond are answered from rollups. */
const MOST_AGENTS = 20_000;
const TABLE = 'agent_performance_window';
const COLUMNS = 'agent_key, from_at, to_at, state, head, tail';

/** The windows that should be there, for all agents. */
export function windowsAt(nowMs: number): Span[] {
  const windows = new Map<string, Span>();
  for (const atMs of [nowMs, nowMs + AHEAD_MS]) {
    for (const lengthMs of LENGTHS_MS) {
      const startMs = atMs + 1 - lengthMs;
      const spans = [
        { fromMs: quarterFrom(startMs), toMs: floorToBucket(nowMs - SETTLED_MS, 'hour') },
        { fromMs: quarterFrom(startMs - lengthMs), toMs: quarterTo(startMs) },
      ];
      for (const span of spans) windows.set(`${span.fromMs}/${span.toMs}`, span);
    }
  }
  return [...windows.values()];
}

/** Some agents of one project. */
export interface AgentChunk {
  projectId: number;
  agentKeys: number[];
}

/** Agents without a row of this window, of those that were seen last. */
export async function agentsWithout(query: Query, { fromMs, toMs }: Span): Promise<AgentChunk[]> {
  const rows = await query<{ agent_key: number; project_id: number }>(
    `SELECT agent_key, project_id FROM (
       SELECT agent_key, project_id FROM agents ORDER BY last_seen_at DESC LIMIT ${MOST_AGENTS}
     ) AS a
     WHERE NOT EXISTS (SELECT 1 FROM ${TABLE} w
       WHERE w.from_at = $1 AND w.to_at = $2 AND w.agent_key = a.agent_key)
     ORDER BY agent_key`,
    [new Date(fromMs), new Date(toMs)],
  );
  const chunks: AgentChunk[] = [];
  for (const [projectId, own] of Map.groupBy(rows, (row) => row.project_id)) {
    for (let at = 0; at < own.length; at += CHUNK) {
      const agentKeys = own.slice(at, at + CHUNK).map((row) => row.agent_key);
      chunks.push({ projectId, agentKeys });
    }
  }
  return chunks;
}

/**
 * Writes a window of these agents. Rows that are still marked go into it too: whoever sees such a
 * mark does not use the window, and whoever takes it away drops the window.
 */
export async function writeWindows(
  { query, client }: Rolling,
  { projectId, agentKeys }: AgentChunk,
  window: Span,
): Promise<void> {
  const { fromMs, toMs } = window;
  await raiseHorizon(query, 'window', toMs + QUARTER_MS);
  const states = new Buckets();
  const partialFor = (agentKey: number): Partial => states.partial(agentKey, 0);
  const request = { ...window, projectId, agentKeys, coarsest: 'month' as const };
  await readPartials(query, request, { partialFor });
  const heads = await rowsOf(query, agentKeys, { fromMs: fromMs - QUARTER_MS, toMs: fromMs });
  const tails = await rowsOf(query, agentKeys, { fromMs: toMs, toMs: toMs + QUARTER_MS });
  const encoder = new BinaryCopyEncoder(1024 + agentKeys.length * 2048);
  for (const agentKey of agentKeys) {
    encoder.row(6);
    encoder.int4(agentKey);
    encoder.timestamptz(fromMs);
    encoder.timestamptz(toMs);
    encoder.bytea(encodePartial(partialFor(agentKey)));
    encoder.bytea(heads(agentKey));
    encoder.bytea(tails(agentKey));
  }
  const copy = `COPY ${TABLE} (${COLUMNS}) FROM STDIN (FORMAT binary)`;
  await copyBinary(client, copy, [encoder.finish()]);
}

async function rowsOf(
  query: StreamingQuery,
  agentKeys: number[],
  span: Span,
): Promise<(agentKey: number) => Buffer> {
  const byAgent = new Map<number, PackedRows>();
  await readRawRows(query, agentKeys, span, (agentKey, startedAtMs, row) => {
    let rows = byAgent.get(agentKey);
    if (!rows) byAgent.set(agentKey, (rows = new PackedRows()));
    rows.add(agentKey, startedAtMs, row);
  });
  const none = Buffer.alloc(0);
  return (agentKey) => byAgent.get(agentKey)?.encode() ?? none;
}

/** Removes the windows that are not asked for any more. */
export async function dropOtherWindows(query: Query, windows: readonly Span[]): Promise<void> {
  await query(
    `DELETE FROM ${TABLE} w WHERE NOT EXISTS (
       SELECT 1 FROM unnest($1::timestamptz[], $2::timestamptz[]) AS t (from_at, to_at)
       WHERE t.from_at = w.from_at AND t.to_at = w.to_at)`,
    [windows.map(({ fromMs }) => new Date(fromMs)), windows.map(({ toMs }) => new Date(toMs))],
  );
}
