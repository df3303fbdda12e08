import { Injectable } from '@nestjs/common';
import type { Role, Scope } from '@app/contracts';
import { DataSource } from 'typeorm';

import { Principal } from '../guard/principal.js';
import { SCOPE_OF_ROLE } from '../guard/scopes.js';
import { hashOfSecret } from '../keys/api-key.js';
import { KeyRing } from '../keys/key.ring.js';

/** The token before the last rotation stays good for requests that are under way. */
export const OVERLAP_MS = 60_000;
/** What other processes did to a session is seen after so long; revoking is seen at once. */
const KEEP_MS = 30_000;
const SEEN_AGAIN_MS = 5 * 60_000;
const MOST_KEPT = 10_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Somebody who is signed in. */
export interface LiveSession {
  sessionId: string;
  userId: string | null;
  principal: Principal;
  rotatedAtMs: number;
  /** Whether the token was the newest one when it was looked up. */
  isNewest: boolean;
}

interface SessionRow {
  session_id: string;
  user_id: string | null;
  key_id: string | null;
  rotated_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  newest: boolean;
  name: string | null;
  administrator: boolean | null;
  projects: Record<string, Role>;
}

const FIND = `
SELECT s.session_id, s.user_id, s.key_id, s.rotated_at, s.last_seen_at, s.expires_at,
  s.token_hash = $1 AS newest, u.name, u.administrator,
  (SELECT coalesce(jsonb_object_agg(m.project_id, m.role), '{}') FROM project_members m
   WHERE m.user_id = s.user_id) AS projects
FROM user_sessions s LEFT JOIN users u ON u.user_id = s.user_id
WHERE s.expires_at > $2 AND u.disabled_at IS NULL AND `;
const BY_TOKEN = `${FIND} (s.token_hash = $1 OR (s.previous_hash = $1 AND s.rotated_at > $3))`;
const BY_ID = `${FIND} s.session_id = $3`;

/** Who is signed in, remembered for a while. */
@Injectable()
export class SessionRing {
  private readonly kept = new Map<string, { session: LiveSession; untilMs: number }>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly keys: KeyRing,
  ) {}

  /** What is remembered of a token; undefined: ask `find`. */
  recall(token: string, nowMs: number): LiveSession | undefined {
    const kept = this.kept.get(hashOfSecret(token));
    if (!kept || kept.untilMs <= nowMs || kept.session.principal.hasExpired(nowMs))
      return undefined;
    return kept.session;
  }

  async find(token: string, nowMs: number): Promise<LiveSession | null> {
    if (!TOKEN.test(token)) return null;
    const hash = hashOfSecret(token);
    const [row] = await this.dataSource.query<SessionRow[]>(BY_TOKEN, [
      hash,
      new Date(nowMs),
      new Date(nowMs - OVERLAP_MS),
    ]);
    const principal = row ? this.principalOf(row, nowMs) : null;
    if (!row || !principal) return null;
    const session: LiveSession = {
      sessionId: row.session_id,
      userId: row.user_id,
      principal,
      rotatedAtMs: row.rotated_at.getTime(),
      isNewest: row.newest,
    };
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    const keepMs = row.newest ? KEEP_MS : OVERLAP_MS - (nowMs - session.rotatedAtMs);
    this.kept.set(hash, { session, untilMs: nowMs + Math.min(KEEP_MS, keepMs) });
    if (nowMs - row.last_seen_at.getTime() > SEEN_AGAIN_MS) await this.noteSeen(row, nowMs);
    return session;
  }

  /** Who a session belongs to now; null: to nobody any more. */
  async principalNow(sessionId: string, nowMs: number): Promise<Principal | null> {
    const values = ['', new Date(nowMs), sessionId];
    const [row] = await this.dataSource.query<SessionRow[]>(BY_ID, values);
    return row ? this.principalOf(row, nowMs) : null;
  }

  forget(): void {
    this.kept.clear();
  }

  private async noteSeen({ session_id: sessionId }: SessionRow, nowMs: number): Promise<void> {
    await this.dataSource.query(
      'UPDATE user_sessions SET last_seen_at = greatest(last_seen_at, $2) WHERE session_id = $1',
      [sessionId, new Date(nowMs)],
    );
  }

  private principalOf(row: SessionRow, nowMs: number): Principal | null {
    const expiresAtMs = row.expires_at.getTime();
    if (row.key_id !== null) {
      const key = this.keys.ofId(row.key_id, nowMs);
      return key?.underSession(row.session_id, expiresAtMs) ?? null;
    }
    const projects = Object.entries(row.projects).map(([projectId, role]): [number, Scope[]] => [
      Number(projectId),
      [SCOPE_OF_ROLE[role]],
    ]);
    return new Principal({
      kind: 'user',
      id: row.user_id,
      credential: row.session_id,
      name: row.name ?? '',
      everywhere: row.administrator ? ['admin'] : [],
      projects: new Map(projects),
      expiresAtMs,
    });
  }
}
