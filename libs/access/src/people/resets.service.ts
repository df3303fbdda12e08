import { Inject, Injectable } from '@nestjs/common';
import type { CreatedPasswordReset, PasswordResetOffer } from '@app/contracts';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import { AccessLedger } from '../audit/access.ledger.js';
import type { Query } from '../audit/audit.trail.js';
import type { Author } from '../audit/author.js';
import { AccessPolicy } from '../guard/policy.js';
import type { Actor } from '../guard/principal.js';
import { hashOfSecret, mintToken } from '../keys/api-key.js';
import { hashPassword, requireGoodPassword } from './password.js';
import { SET_PASSWORD } from './sessions.service.js';

const VALID_MS = 24 * 3_600_000;
/** Path of the page that takes a link up; the token follows as a fragment, which is not sent. */
const PAGE = '/agent-performance/new-password';

const OPEN = `
SELECT user_id, name, reset_expires_at FROM users
WHERE reset_token_hash = $1 AND reset_expires_at > $2 AND disabled_at IS NULL`;

interface OpenReset {
  user_id: string;
  name: string;
  reset_expires_at: Date;
}

/** Lets people choose a new password by a link, so that nobody else ever knows it. */
@Injectable()
export class ResetsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: AccessLedger,
    private readonly policy: AccessPolicy,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * A link that takes the place of the one before. The old password holds until it is taken up.
   * @throws DomainError `unknown-user`, `user-disabled` (409)
   */
  async create(author: Author, userId: string): Promise<CreatedPasswordReset> {
    const { token, hash } = mintToken();
    const expiresAt = new Date(this.clock.now().getTime() + VALID_MS);
    const name = await this.ledger.change(author, async (query) => {
      const [user] = await query<{ name: string; disabled_at: Date | null }>(
        'SELECT name, disabled_at FROM users WHERE user_id = $1',
        [userId],
      );
      if (!user) throw new DomainError('unknown-user', 404);
      if (user.disabled_at) throw new DomainError('user-disabled', 409);
      await query(
        'UPDATE users SET reset_token_hash = $2, reset_expires_at = $3 WHERE user_id = $1',
        [userId, hash, expiresAt],
      );
      const after = { expiresAt: expiresAt.toISOString() };
      return { result: user.name, change: { action: 'user.reset', subject: user.name, after } };
    });
    const url = `${this.policy.publicUrl ?? ''}${PAGE}#${token}`;
    return { name, token, url, expiresAt: expiresAt.toISOString() };
  }

  /** Whom a link is for. @throws DomainError `unknown-reset` (404) */
  async offer(token: string): Promise<PasswordResetOffer> {
    const { name, reset_expires_at: expiresAt } = await this.open(
      (sql, parameters) => this.dataSource.query(sql, parameters),
      token,
    );
    return { name, expiresAt: expiresAt.toISOString() };
  }

  /**
   * Takes a link up, and signs its person out wherever they were.
   * @throws DomainError `unknown-reset`, `invalid-request` for a weak password
   */
  async accept(token: string, password: string, address: string): Promise<Actor> {
    const { name } = await this.offer(token);
    requireGoodPassword(password, name);
    const passwordHash = await hashPassword(password);
    const actor: Actor = { kind: 'user', id: null, name };
    const author: Author = { actor, requestId: null, address, noted: () => undefined };
    return this.ledger.change(author, async (query) => {
      // Again, because by now another one may have taken it up.
      const { user_id: userId } = await this.open(query, token);
      await query(SET_PASSWORD, [userId, passwordHash]);
      await query('DELETE FROM user_sessions WHERE user_id = $1', [userId]);
      const change = { action: 'user.reset-accept', subject: name };
      return { result: { kind: 'user', id: userId, name } as const, change };
    });
  }

  private async open(query: Query, token: string): Promise<OpenReset> {
    const [row] = await query<OpenReset>(OPEN, [hashOfSecret(token), this.clock.now()]);
    if (!row) throw new DomainError('unknown-reset', 404);
    return row;
  }
}
