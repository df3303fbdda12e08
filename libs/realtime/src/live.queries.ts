/** Where answers to the clients' questions come from. */
export interface LiveQueries {
  /** The summary of one agent, or of all agents of the project (a slug). */
  agentMetrics(project: string, agentId?: string): Promise<unknown>;
  /** Trend points of one agent: `lookback` buckets of `period` up to now. */
  trends(project: string, agentId: string, period: string, lookback: number): Promise<unknown>;
}

export const LIVE_QUERIES = Symbol('LIVE_QUERIES');
