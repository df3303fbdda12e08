import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '@app/contracts';
import { invalidRequest } from '@app/platform';
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
    const place = query.cursor === undefined ? null : openCursor(query.cursor);
    const rows = await this.dataSource.query<AuditRow[]>(READ, [
      projectId,
      everywhere,
      query.actor ?? null,
      query.action ?? null,
      query.subject ?? null,
      query.from ?? null,
      query.to ?? null,
      place?.at ?? null,
      place?.auditId ?? null,
      query.limit + 1,
    ]);
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return {
      entries: shown.map(entryOf),
      nextCursor: rows.length > query.limit && last ? sealCursor(last) : null,
    };
  }
}

function sealCursor({ at, audit_id: auditId }: AuditRow): string {
  return Buffer.from(`${at.toISOString()} ${auditId}`).toString('base64url');
}

/** It gives access to nothing: what is found is asked for by the project as well. */
function openCursor(cursor: string): { at: Date; auditId: string } {
  const [instant = '', auditId = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const at = new Date(instant);
  if (!Number.isNaN(at.getTime()) && at.toISOString() === instant && isUUID(auditId)) {
    return { at, auditId };
  }
  const detail = 'is not one of this list: start again without it';
  throw invalidRequest([{ path: 'cursor', code: 'invalid-value', detail }]);
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
