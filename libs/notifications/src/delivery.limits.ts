import { Injectable } from '@nestjs/common';

/** How much deliveries may take. */
@Injectable()
export class DeliveryLimits {
  /** For one attempt, from asking for the address to the end of the answer. */
  timeoutMs = 10_000;
  /** So much of an answer is read; nothing of it is kept. */
  answerBytes = 64 * 1024;
  /** After that a worker that took a delivery counts as dead. Longer than any attempt. */
  leaseMs = 60_000;
  /** Attempts under way at once in this process; one per channel. */
  concurrency = 64;
  maxAttempts = 12;
  firstRetryMs = 5000;
  longestRetryMs = 3_600_000;
  /** How long the end of the process waits for attempts under way. */
  patienceMs = 3000;
  /** In [0, 1): spreads retries. */
  random: () => number = Math.random;

  /**
   * How long to wait after a failed attempt: twice as long each time, spread over the upper half,
   * never less than the receiver asked for.
   */
  retryAfterMs(attempts: number, askedMs = 0): number {
    const doubled = this.firstRetryMs * 2 ** Math.min(attempts - 1, 30);
    const spread = Math.min(doubled, this.longestRetryMs) * (0.5 + this.random() / 2);
    return Math.round(Math.max(spread, Math.min(askedMs, this.longestRetryMs)));
  }
}
