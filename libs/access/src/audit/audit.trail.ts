import { randomUUID } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import type { Author } from './author.js';
import { withoutSecrets } from './redaction.js';

/** Runs a statement, in a transaction or outside. */
export type Query = <R>(sql: string, parameters?: unknown[]) => Promise<R[]>;

export interface Change {
  /** What was done, such as `key.create`. */
  action: string;
  /** What it was done to. */
  subject?: string | null;
  projectId?: number | null;
  before?: unknown;
  after?: unknown;
}

const INSERT = `
INSERT INTO audit_log (audit_id, at, project_id, actor_kind, actor, actor_id, action, subject,
  request_id, address, before, after)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12::jsonb)`;

/** Writes down who changed what. Any room may call it, best in the transaction of the change. */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param query of the transaction that makes the change; left out: a statement of its own */
  async write(author: Author, change: Change, query?: Query): Promise<void> {
    const { actor } = author;
    const run: Query = query ?? ((sql, parameters) => this.dataSource.query(sql, parameters));
    await run(INSERT, [
      randomUUID(),
      this.clock.now(),
      change.projectId ?? null,
      actor.kind,
      actor.name.slice(0, 200),
      actor.id,
      change.action,
      change.subject?.slice(0, 500) ?? null,
      author.requestId,
      author.address,
      jsonOf(change.before),
      jsonOf(change.after),
    ]);
    author.noted();
  }
}

function jsonOf(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(withoutSecrets(value));
}
