import { Injectable } from '@nestjs/common';
import type { Scope } from '@app/contracts';
import { DataSource } from 'typeorm';

import { Principal } from '../guard/principal.js';
import { hashOfSecret, looksLikeKey } from './api-key.js';

/** A key that is in use tells so at most this often. */
const NOTE_USE_MS = 60_000;

interface RingRow {
  key_id: string;
  project_id: number | null;
  name: string;
  key_hash: string;
  scopes: Scope[];
  expires_at: Date | null;
}

interface RingKey {
  principal: Principal;
  usedNotedAtMs: number;
}

const READ = `
SELECT key_id, project_id, name, key_hash, scopes, expires_at FROM api_keys
WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`;

const KNOWN = `${READ} AND key_hash = ANY($1::text[]) LIMIT 1`;

const NOTE_USE = `
UPDATE api_keys SET last_used_at = greatest(api_keys.last_used_at, u.used_at)
FROM unnest($1::uuid[], $2::timestamptz[]) AS u (key_id, used_at) WHERE api_keys.key_id = u.key_id`;

/**
 * The keys that are valid, in memory: a request costs one hash and one look-up. Read again when
 * the access revision has changed.
 */
@Injectable()
export class KeyRing {
  private byHash = new Map<string, RingKey>();
  private byId = new Map<string, RingKey>();
  private used = new Map<string, number>();
  private reading?: Promise<void>;
  private wanted = new Set<string>();
  private looking: Promise<unknown> = Promise.resolve();
  private nextLook?: Promise<boolean>;

  constructor(private readonly dataSource: DataSource) {}

  /** @returns who holds the key; null when it is not valid, as far as is known here */
  find(key: string, nowMs: number): Principal | null {
    if (!looksLikeKey(key)) return null;
    const found = this.byHash.get(hashOfSecret(key));
    if (!found || found.principal.hasExpired(nowMs)) return null;
    if (nowMs - found.usedNotedAtMs >= NOTE_USE_MS) {
      found.usedNotedAtMs = nowMs;
      this.used.set(found.principal.credential ?? '', nowMs);
    }
    return found.principal;
  }

  /**
   * As `find`, but looks into the database for one that another process may just have made. All
   * who ask at the same time share one look-up, and only one is under way.
   */
  async findAnew(key: string, nowMs: number): Promise<Principal | null> {
    if (!looksLikeKey(key)) return null;
    this.wanted.add(hashOfSecret(key));
    this.nextLook ??= this.looking.then(() => this.lookForWanted());
    // Who is found is not put into the ring here: a key revoked meanwhile would stay in it.
    if (await this.nextLook) await this.refreshAfterChange();
    return this.find(key, nowMs);
  }

  ofId(keyId: string, nowMs: number): Principal | null {
    const principal = this.byId.get(keyId)?.principal;
    return principal && !principal.hasExpired(nowMs) ? principal : null;
  }

  /** Reads all keys; calls at the same time share one reading. */
  refresh(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  /** Reads once more after what was committed just now. */
  async refreshAfterChange(): Promise<void> {
    await this.reading?.catch(() => undefined);
    await this.refresh();
  }

  /** Writes down which keys were used since the last call. */
  async noteUse(): Promise<void> {
    if (this.used.size === 0) return;
    const used = this.used;
    this.used = new Map();
    await this.dataSource.query(NOTE_USE, [
      [...used.keys()],
      [...used.values()].map((ms) => new Date(ms)),
    ]);
  }

  private lookForWanted(): Promise<boolean> {
    const hashes = [...this.wanted];
    this.wanted = new Set();
    this.nextLook = undefined;
    const looking = this.dataSource.query<RingRow[]>(KNOWN, [hashes]);
    this.looking = looking.catch(() => undefined);
    return looking.then((rows) => rows.length > 0);
  }

  private async read(): Promise<void> {
    const rows = await this.dataSource.query<RingRow[]>(READ);
    const byHash = new Map<string, RingKey>();
    const byId = new Map<string, RingKey>();
    for (const row of rows) {
      const principal = principalOf(row);
      const known = this.byId.get(row.key_id);
      const key = known?.principal.equals(principal)
        ? known
        : { principal, usedNotedAtMs: -Infinity };
      byHash.set(row.key_hash, key);
      byId.set(row.key_id, key);
    }
    this.byHash = byHash;
    this.byId = byId;
  }
}

function principalOf(row: RingRow): Principal {
  return new Principal({
    kind: 'key',
    id: row.key_id,
    credential: row.key_id,
    name: row.name,
    everywhere: row.project_id === null ? row.scopes : [],
    projects: new Map(row.project_id === null ? [] : [[row.project_id, row.scopes]]),
    expiresAtMs: row.expires_at?.getTime() ?? null,
  });
}
