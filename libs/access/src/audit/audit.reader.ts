import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '@app/contracts';
import { isEpochMs, openCursor, sealCursor } from '@app/platform';
import { isUUID } from 'class-validator';
import { DataSource } from 'typeorm';

import type { AuditQuery } from './audit.query.js';

interface AuditRow {
  audit_id: string;
  at: Date;
  slug: string | null;
  actor_kind: AuditEntry['actorKind'];
  actor: string;
  action: string;
  subject: string | null;
  request_id: string | null;
  address: string | null;
  before: unknown;
  after: unknown;
}

const READ = `
SELECT a.audit_id, a.at, p.slug, a.actor_kind, a.actor, a.action, a.subject, a.request_id, a.address,
  a.before, a.after
FROM audit_log a LEFT JOIN projects p ON p.project_id = a.project_id
WHERE (a.project_id = $1 OR ($2 AND a.project_id IS NULL))
  AND ($3::text IS NULL OR a.actor = $3)
  AND ($4::text IS NULL OR a.action = $4 OR starts_with(a.action, $4 || '.'))
  AND ($5::text IS NULL OR a.subject = $5)
  AND ($6::timestamptz IS NULL OR a.at >= $6)
  AND ($7::timestamptz IS NULL OR a.at < $7)
  AND ($8::timestamptz IS NULL OR (a.at, a.audit_id) < ($8, $9::uuid))
ORDER BY a.at DESC, a.audit_id DESC LIMIT $10`;

/** Reads what was written down, newest first. */
@Injectable()
export class AuditReader {
  constructor(private readonly dataSource: DataSource) {}

  /** @param everywhere whether what is of no project is shown, too */
  async page(
    projectId: number,
    everywhere: boolean,
    query: AuditQuery,
  ): Promise<{ entries: AuditEntry[]; nextCursor: string | null }> {
    const list = ['audit', projectId];
    const place = query.cursor === undefined ? null : openCursor(list, query.cursor, isPlace);
    const rows = await this.dataSource.query<AuditRow[]>(READ, [
      projectId,
      everywhere,
      query.actor ?? null,
      query.action ?? null,
      query.subject ?? null,
      // The database reads fewer offsets and years than a text can hold.
      dateOf(query.from),
      dateOf(query.to),
      place && new Date(place[0]),
      place?.[1] ?? null,
      query.limit + 1,
    ]);
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return {
      entries: shown.map(entryOf),
      nextCursor:
        rows.length > query.limit && last
          ? sealCursor(list, [last.at.getTime(), last.audit_id] satisfies Place)
          : null,
    };
  }
}

type Place = [atMs: number, auditId: string];

function isPlace(value: unknown): value is Place {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [atMs, auditId] = value as unknown[];
  return isEpochMs(atMs) && isUUID(auditId);
}

function dateOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}

function entryOf(row: AuditRow): AuditEntry {
  return {
    auditId: row.audit_id,
    at: row.at.toISOString(),
    project: row.slug,
    actorKind: row.actor_kind,
    actor: row.actor,
    action: row.action,
    subject: row.subject,
    requestId: row.request_id,
    address: row.address,
    before: row.before,
    after: row.after,
  };
}
