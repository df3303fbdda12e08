import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';

import { sessionCookie } from '../guard/cookies.js';
import { AccessPolicy } from '../guard/policy.js';
import { mintToken } from '../keys/api-key.js';
import type { LiveSession } from './session.ring.js';

const DAY_MS = 24 * 3_600_000;
/** Unused for so long, a session ends … */
export const IDLE_MS = 7 * DAY_MS;
/** … and after so long however much it is used. */
export const LONGEST_MS = 30 * DAY_MS;
/** A token that leaks is of use for about so long. */
const ROTATE_MS = 15 * 60_000;

const ROTATE = `
UPDATE user_sessions SET previous_hash = token_hash, token_hash = $2, rotated_at = $3,
  last_seen_at = $3, expires_at = least(created_at + $4 * interval '1 ms', $5)
WHERE session_id = $1 AND rotated_at = $6 RETURNING expires_at`;

/** Gives a session a new token from time to time; the one before stays good for a minute. */
@Injectable()
export class SessionRotation {
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: AccessPolicy,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns undefined when there is nothing to do */
  whenDue(
    session: LiveSession,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> | undefined {
    const nowMs = this.clock.now().getTime();
    if (!session.isNewest || nowMs - session.rotatedAtMs < ROTATE_MS) return undefined;
    return this.rotate(session, nowMs, request, reply);
  }

  private async rotate(
    session: LiveSession,
    nowMs: number,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { token, hash } = mintToken();
    const [rows] = await this.dataSource.query<[{ expires_at: Date }[], number]>(ROTATE, [
      session.sessionId,
      hash,
      new Date(nowMs),
      LONGEST_MS,
      new Date(nowMs + IDLE_MS),
      new Date(session.rotatedAtMs),
    ]);
    session.isNewest = false;
    // Another request was quicker, and its answer brings the new token.
    const [rotated] = rows;
    if (!rotated) return;
    const isSecure = this.policy.isSecure(request.protocol);
    const maxAgeMs = rotated.expires_at.getTime() - nowMs;
    void reply.header('set-cookie', sessionCookie(token, maxAgeMs, isSecure));
  }
}
