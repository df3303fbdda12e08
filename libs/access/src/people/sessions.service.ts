import { randomUUID } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import type { SessionPlace } from '@app/contracts';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import { AccessLedger } from '../audit/access.ledger.js';
import type { Author } from '../audit/author.js';
import type { Actor } from '../guard/principal.js';
import { mintToken } from '../keys/api-key.js';
import { KeyRing } from '../keys/key.ring.js';
import { hashPassword, isPassword, requireGoodPassword } from './password.js';
import type { LiveSession } from './session.ring.js';
import { IDLE_MS } from './session.rotation.js';
import { SignInGuard } from './sign-in.guard.js';

/** Where somebody signs in from. */
export interface Place {
  address: string;
  userAgent: string | null;
}

/** Somebody who has just signed in; the token goes into their cookie. */
export interface SignedInBy {
  token: string;
  maxAgeMs: number;
  actor: Actor;
}

const INSERT = `
INSERT INTO user_sessions (session_id, token_hash, user_id, key_id, created_at, rotated_at,
  last_seen_at, expires_at, address, user_agent)
VALUES ($1, $2, $3, $4, $5, $5, $5, $6, $7, $8)`;

/** Of one person or key; whoever signs in once more signs out where they have been longest away. */
const MOST_SESSIONS = 50;
const END_OLDEST = `
DELETE FROM user_sessions WHERE session_id IN (
  SELECT session_id FROM user_sessions WHERE user_id = $1::uuid OR key_id = $2::uuid
  ORDER BY last_seen_at DESC, session_id OFFSET $3)`;

const LIST = `
SELECT session_id, created_at, last_seen_at, expires_at, address, user_agent FROM user_sessions
WHERE user_id = $1 AND expires_at > $2 ORDER BY last_seen_at DESC LIMIT 200`;

/** Another password also ends what was to lead to one. */
export const SET_PASSWORD = `
UPDATE users SET password_hash = $2, reset_token_hash = NULL, reset_expires_at = NULL
WHERE user_id = $1`;

/** Signs people in and out. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: AccessLedger,
    private readonly keys: KeyRing,
    private readonly guard: SignInGuard,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Whose name and password these are.
   * @throws DomainError `sign-in-failed` (401), `rate-limited` (429)
   */
  async recognise(name: string, password: string, { address }: Place): Promise<Actor> {
    return this.attempt(name, address, async () => {
      const [user] = await this.dataSource.query<{ user_id: string; password_hash: string }[]>(
        'SELECT user_id, password_hash FROM users WHERE name = $1 AND disabled_at IS NULL',
        [name],
      );
      const isRight = await isPassword(user?.password_hash ?? null, password);
      return isRight && user ? { kind: 'user', id: user.user_id, name } : null;
    });
  }

  /** @throws DomainError `sign-in-failed` (401), `rate-limited` (429) */
  async recogniseKey(key: string, { address }: Place): Promise<Actor> {
    return this.attempt('', address, async () => {
      const nowMs = this.clock.now().getTime();
      return this.keys.find(key, nowMs) ?? (await this.keys.findAnew(key, nowMs));
    });
  }

  /** A new session: the one before, if there was one, ends. */
  async begin(author: Author, place: Place, before: LiveSession | null): Promise<SignedInBy> {
    const { actor } = author;
    this.guard.begin(`${actor.kind} ${actor.id ?? ''}`);
    const now = this.clock.now();
    const { token, hash } = mintToken();
    const expiresAt = new Date(now.getTime() + IDLE_MS);
    await this.ledger.change(author, async (query) => {
      await query('DELETE FROM user_sessions WHERE expires_at <= $1 OR session_id = $2', [
        now,
        before?.sessionId ?? null,
      ]);
      const isUser = actor.kind === 'user';
      const owner = [isUser ? actor.id : null, isUser ? null : actor.id];
      await query(END_OLDEST, [...owner, MOST_SESSIONS - 1]);
      const { address, userAgent } = place;
      await query(INSERT, [randomUUID(), hash, ...owner, now, expiresAt, address, userAgent]);
      if (isUser) {
        await query('UPDATE users SET last_sign_in_at = $2 WHERE user_id = $1', [actor.id, now]);
      }
      return { result: undefined, change: { action: 'session.begin' } };
    });
    return { token, maxAgeMs: IDLE_MS, actor };
  }

  async end(author: Author, sessionId: string): Promise<void> {
    await this.ledger.change(author, async (query) => {
      await query('DELETE FROM user_sessions WHERE session_id = $1', [sessionId]);
      return { result: undefined, change: { action: 'session.end' } };
    });
  }

  /** Where a person is signed in, the latest first. */
  async placesOf({ userId, sessionId }: LiveSession): Promise<SessionPlace[]> {
    const rows = await this.dataSource.query<
      {
        session_id: string;
        created_at: Date;
        last_seen_at: Date;
        expires_at: Date;
        address: string | null;
        user_agent: string | null;
      }[]
    >(LIST, [userId, this.clock.now()]);
    return rows.map((row) => ({
      sessionId: row.session_id,
      current: row.session_id === sessionId,
      createdAt: row.created_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      address: row.address,
      userAgent: row.user_agent,
    }));
  }

  /** Signs a person out elsewhere. @throws DomainError `unknown-session` */
  async endOwn(author: Author, userId: string, sessionId: string): Promise<void> {
    await this.ledger.change(author, async (query) => {
      const ended = await query(
        'DELETE FROM user_sessions WHERE session_id = $1 AND user_id = $2 RETURNING session_id',
        [sessionId, userId],
      );
      if (ended.length === 0) throw new DomainError('unknown-session', 404);
      return { result: undefined, change: { action: 'session.revoke', subject: sessionId } };
    });
  }

  /** Signs a person out everywhere else. */
  async endOthers(author: Author, { userId, sessionId }: LiveSession): Promise<void> {
    await this.ledger.change(author, async (query) => {
      const ended = await query(
        'DELETE FROM user_sessions WHERE user_id = $1 AND session_id <> $2 RETURNING session_id',
        [userId, sessionId],
      );
      const after = { ended: ended.length };
      return { result: undefined, change: { action: 'session.revoke-others', after } };
    });
  }

  /** @param look null: what was shown is wrong */
  private async attempt(
    name: string,
    address: string,
    look: () => Promise<Actor | null>,
  ): Promise<Actor> {
    await this.guard.admit(name, address);
    let actor: Actor | null;
    try {
      actor = await look();
    } catch (error) {
      // Of the database, or too many at once: nobody has looked at it.
      this.guard.takeBack(name, address);
      throw error;
    }
    if (!actor) throw new DomainError('sign-in-failed', 401);
    this.guard.succeeded(name, address);
    return actor;
  }

  /**
   * Changes a person's own password and signs them out everywhere else.
   * @throws DomainError `sign-in-failed` (401) when the current one is wrong
   */
  async changePassword(
    author: Author,
    session: LiveSession,
    passwords: { current: string; wanted: string },
    place: Place,
  ): Promise<void> {
    const { name } = author.actor;
    await this.recognise(name, passwords.current, place);
    requireGoodPassword(passwords.wanted, name, 'newPassword');
    const hash = await hashPassword(passwords.wanted);
    await this.ledger.change(author, async (query) => {
      const { userId, sessionId } = session;
      await query(SET_PASSWORD, [userId, hash]);
      await query('DELETE FROM user_sessions WHERE user_id = $1 AND session_id <> $2', [
        userId,
        sessionId,
      ]);
      const change = { action: 'user.password', subject: name };
      return { result: undefined, change };
    });
  }
}
