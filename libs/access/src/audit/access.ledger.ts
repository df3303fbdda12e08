import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { Gatekeeper } from '../guard/gatekeeper.js';
import { AuditTrail } from './audit.trail.js';
import type { Change, Query } from './audit.trail.js';
import type { Author } from './author.js';

/** What a change to who may do what is to leave behind. */
export interface Outcome<T> {
  result: T;
  /** Null: nothing was changed. */
  change: Change | null;
}

/**
 * Makes changes to projects, keys and people: one at a time, written down in the same
 * transaction, and seen by all processes within a second.
 */
@Injectable()
export class AccessLedger {
  constructor(
    private readonly dataSource: DataSource,
    private readonly trail: AuditTrail,
    private readonly gatekeeper: Gatekeeper,
  ) {}

  async change<T>(author: Author, work: (query: Query) => Promise<Outcome<T>>): Promise<T> {
    const { result, change } = await this.dataSource.transaction(async (manager) => {
      const query: Query = async <R>(sql: string, parameters?: unknown[]): Promise<R[]> => {
        const answer: unknown = await manager.query(sql, parameters);
        // The driver hands rows and count for UPDATE and DELETE.
        const isPair = Array.isArray(answer) && answer.length === 2 && Array.isArray(answer[0]);
        return (isPair ? (answer as [R[]])[0] : answer) as R[];
      };
      // First of all, so that changes come one after the other: what one of them has seen stays so.
      await query(
        'UPDATE access_revision SET revision = revision + 1 WHERE access_revision_id = 1',
      );
      const outcome = await work(query);
      if (outcome.change) await this.trail.write(author, outcome.change, query);
      return outcome;
    });
    author.noted();
    if (change) await this.gatekeeper.refresh();
    return result;
  }
}
