import type { ExecutionRecord } from '@app/contracts';
import pg from 'pg';

import { uuidFrom } from './random-history.js';

/** What is wrong with what is stored; each list is empty when nothing is. */
export interface Discrepancies {
  /** Acknowledged, and not there. */
  lost: string[];
  /** There more than once. */
  twice: string[];
  /** There without ever having been sent. */
  strangers: string[];
}

export const NO_DISCREPANCIES: Discrepancies = { lost: [], twice: [], strangers: [] };

const SHOWN = 10;

/**
 * Writes down what clients sent and what they were promised, and compares it with the database:
 * acknowledged ⊆ stored ⊆ attempted, each once. What was sent without an answer may be either.
 */
export class Ledger {
  readonly attempted = new Set<string>();
  readonly acknowledged = new Set<string>();
  private readonly agentPrefix: string;

  constructor(private readonly random: () => number) {
    this.agentPrefix = `ledger-${uuidFrom(random)}`;
  }

  /** New records that count as attempted from now on. */
  batch(size: number, agent = 0): ExecutionRecord[] {
    return Array.from({ length: size }, (): ExecutionRecord => {
      const executionId = uuidFrom(this.random);
      this.attempted.add(executionId);
      return {
        executionId,
        agentId: this.agentId(agent),
        agentType: 'cognitive',
        taskId: 'load',
        status: 'success',
        endedAt: new Date().toISOString(),
        durationMs: 10,
      };
    });
  }

  agentId(agent: number): string {
    return `${this.agentPrefix}-${agent}`;
  }

  /** Takes in what a client of its own made up, under `agentId`. */
  attempt(executionId: string): void {
    this.attempted.add(executionId);
  }

  acknowledge(records: readonly ExecutionRecord[]): void {
    for (const { executionId } of records) this.acknowledged.add(executionId ?? '');
  }

  async compare(databaseUrl: string): Promise<Discrepancies> {
    const stored = await this.stored(databaseUrl);
    const distinct = new Set(stored);
    const seen = new Set<string>();
    return {
      lost: [...this.acknowledged].filter((id) => !distinct.has(id)).slice(0, SHOWN),
      twice: stored.filter((id) => seen.size === seen.add(id).size).slice(0, SHOWN),
      strangers: stored.filter((id) => !this.attempted.has(id)).slice(0, SHOWN),
    };
  }

  async stored(databaseUrl: string): Promise<string[]> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ execution_id: string }>(
        `SELECT m.execution_id FROM agent_performance_metrics m
         JOIN agents a ON a.agent_key = m.agent_key WHERE a.agent_id LIKE $1`,
        [`${this.agentPrefix}-%`],
      );
      return rows.map((row) => row.execution_id);
    } finally {
      await client.end();
    }
  }
}
