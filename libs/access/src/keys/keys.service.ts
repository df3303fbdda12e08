import { randomUUID } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import type { ApiKey, ApiKeyInput, CreatedApiKey, Scope } from '@app/contracts';
import { CLOCK, DomainError, invalidRequest } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import { AccessLedger } from '../audit/access.ledger.js';
import type { Query } from '../audit/audit.trail.js';
import { operator } from '../audit/author.js';
import type { Author } from '../audit/author.js';
import { mintKey } from './api-key.js';

/** Which keys somebody may see and manage. */
export interface KeyReach {
  /** Null: those for every project only. */
  projectId: number | null;
  /** Whether those for every project, too. */
  everywhere: boolean;
}

const MOST_KEYS = 500;
const COLUMNS = `k.key_id, k.name, k.prefix, k.scopes, p.slug, k.created_at, k.created_by, k.expires_at,
  k.revoked_at, k.last_used_at, k.project_id`;
const FROM = 'FROM api_keys k LEFT JOIN projects p ON p.project_id = k.project_id';
const IN_REACH = '(k.project_id = $1 OR ($2 AND k.project_id IS NULL))';
const liveAt = (now: string): string =>
  `k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${now})`;

const INSERT = `
INSERT INTO api_keys (key_id, project_id, name, prefix, key_hash, scopes, created_at, created_by, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

interface KeyRow {
  key_id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  slug: string | null;
  created_at: Date;
  created_by: string;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  project_id: number | null;
}

/** Makes, lists and revokes keys. */
@Injectable()
export class KeysService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: AccessLedger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first, revoked ones included. */
  async list({ projectId, everywhere }: KeyReach): Promise<ApiKey[]> {
    const rows = await this.dataSource.query<KeyRow[]>(
      `SELECT ${COLUMNS} ${FROM} WHERE ${IN_REACH} ORDER BY k.created_at DESC, k.key_id LIMIT 1000`,
      [projectId, everywhere],
    );
    return rows.map(keyOf);
  }

  /**
   * @param projectId null: for every project
   * @throws DomainError `too-many-keys`, `invalid-request`
   */
  create(author: Author, projectId: number | null, input: ApiKeyInput): Promise<CreatedApiKey> {
    const now = this.clock.now();
    const expiresAt = input.expiresAt ? new Date(input.expiresAt) : null;
    if (expiresAt && expiresAt <= now) {
      throw invalidRequest([{ path: 'expiresAt', code: 'in-the-past', detail: 'has passed' }]);
    }
    return this.ledger.change(author, async (query) => {
      await requireRoom(query, projectId, now);
      const keyId = randomUUID();
      const { key, prefix, hash } = mintKey();
      const scopes = [...new Set(input.scopes)];
      const by = author.actor.name;
      const values = [keyId, projectId, input.name, prefix, hash, scopes, now, by, expiresAt];
      await query(INSERT, values);
      const [row] = await query<KeyRow>(`SELECT ${COLUMNS} ${FROM} WHERE k.key_id = $1`, [keyId]);
      const made = keyOf(row as KeyRow);
      const change = { action: 'key.create', subject: keyId, projectId, after: made };
      return { result: { ...made, key }, change };
    });
  }

  /** Ends a key; one that has ended already stays so. @throws DomainError `unknown-key` */
  revoke(author: Author, { projectId, everywhere }: KeyReach, keyId: string): Promise<void> {
    return this.ledger.change(author, async (query) => {
      const [row] = await query<KeyRow>(
        `SELECT ${COLUMNS} ${FROM} WHERE ${IN_REACH} AND k.key_id = $3`,
        [projectId, everywhere, keyId],
      );
      if (!row) throw new DomainError('unknown-key', 404);
      if (row.revoked_at) return { result: undefined, change: null };
      await query('UPDATE api_keys SET revoked_at = $2, revoked_by = $3 WHERE key_id = $1', [
        keyId,
        this.clock.now(),
        author.actor.name,
      ]);
      const change = {
        action: 'key.revoke',
        subject: keyId,
        projectId: row.project_id,
        before: keyOf(row),
      };
      return { result: undefined, change };
    });
  }

  /**
   * The key that lets somebody in for the first time, made while there is nobody who could make
   * one.
   * @returns null when there is
   */
  first(): Promise<string | null> {
    return this.ledger.change(operator('first start'), async (query) => {
      const [found] = await query(
        `SELECT 1 ${FROM} WHERE k.project_id IS NULL AND ${liveAt('$1')} AND 'admin' = ANY (k.scopes)
         UNION ALL SELECT 1 FROM users WHERE administrator AND disabled_at IS NULL`,
        [this.clock.now()],
      );
      if (found) return { result: null, change: null };
      const { key, prefix, hash } = mintKey();
      const keyId = randomUUID();
      const scopes: Scope[] = ['admin', 'ingest'];
      const now = this.clock.now();
      const name = 'First administrator';
      const values = [keyId, null, name, prefix, hash, scopes, now, 'first start', null];
      await query(INSERT, values);
      const change = { action: 'key.create', subject: keyId, after: { name, prefix, scopes } };
      return { result: key, change };
    });
  }
}

async function requireRoom(query: Query, projectId: number | null, now: Date): Promise<void> {
  const [row] = await query<{ n: number }>(
    `SELECT count(*)::integer AS n ${FROM} WHERE ${IN_REACH} AND ${liveAt('$3')}`,
    [projectId, projectId === null, now],
  );
  if ((row?.n ?? 0) >= MOST_KEYS) {
    throw new DomainError('too-many-keys', 409, `At most ${MOST_KEYS} keys: revoke one first`);
  }
}

function keyOf(row: KeyRow): ApiKey {
  return {
    keyId: row.key_id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    project: row.slug,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
