import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';
import type { FastifyReply } from 'fastify';

import { TokenBucket } from './limits.js';
import { AccessPolicy } from './policy.js';
import type { Principal } from './principal.js';

/** Burst, in seconds of the long-run rate. */
const BURST_SECONDS = 2;

/**
 * How much one key or session may ask, in each process. Told in the fields of the IETF draft
 * "RateLimit header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers).
 */
@Injectable()
export class RequestLimiter {
  private readonly buckets = new WeakMap<Principal, TokenBucket>();

  constructor(
    private readonly policy: AccessPolicy,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError `rate-limited` (429) */
  take(principal: Principal, reply: FastifyReply): void {
    const perSecond = this.policy.requestsPerSecond;
    // Whoever is let in without a credential is this machine's own.
    if (perSecond === 0 || principal.kind === 'open') return;
    let bucket = this.buckets.get(principal);
    if (!bucket) {
      bucket = new TokenBucket(perSecond, perSecond * BURST_SECONDS);
      this.buckets.set(principal, bucket);
    }
    const { isGranted, remaining, retryInMs } = bucket.take(this.clock.now().getTime());
    void reply.header('ratelimit-policy', `"requests";q=${bucket.burst};w=${BURST_SECONDS}`);
    void reply.header('ratelimit', `"requests";r=${remaining};t=${BURST_SECONDS}`);
    if (isGranted) return;
    const seconds = Math.max(1, Math.ceil(retryInMs / 1000));
    throw new DomainError('rate-limited', 429, undefined, undefined, seconds);
  }
}
