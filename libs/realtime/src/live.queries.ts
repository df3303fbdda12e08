import type { IngestResult } from '@app/contracts';

/** Where answers to the clients' requests come from. */
export interface LiveQueries {
  /** The summary of one agent, or of all agents of the project (a slug). */
  agentMetrics(project: string, agentId?: string): Promise<unknown>;
  /** Trend points of one agent: `lookback` buckets of `period` up to now. */
  trends(project: string, agentId: string, period: string, lookback: number): Promise<unknown>;
  /** Stores one record or a list of them, as untrusted as they came: what `POST /metrics` does. */
  ingest(project: string, records: unknown): Promise<IngestResult>;
}

export const LIVE_QUERIES = Symbol('LIVE_QUERIES');
