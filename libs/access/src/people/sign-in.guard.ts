import { setTimeout as sleep } from 'node:timers/promises';

import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';

import { FailureCounter } from '../guard/limits.js';

const WITHIN_MS = 15 * 60_000;
/** Wrong passwords for one name from one address. */
const MOST_PER_PAIR = 5;
/** Wrong passwords from one address, whatever the names. */
const MOST_PER_ADDRESS = 30;
/** Wrong passwords for one name from anywhere, after which each try takes a while. */
const PLENTY_PER_NAME = 20;
const DELAY_MS = 1500;

/**
 * Slows down those who guess. Only the address that guesses is refused: the person whose name is
 * guessed at still gets in from their own. Counts are of this process.
 */
@Injectable()
export class SignInGuard {
  private readonly failures = new FailureCounter(WITHIN_MS);

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** To be called before a password is looked at. @throws DomainError `rate-limited` (429) */
  async admit(name: string, address: string): Promise<void> {
    const nowMs = this.nowMs();
    this.refuseAfter(MOST_PER_PAIR, pairOf(name, address), nowMs);
    this.refuseAfter(MOST_PER_ADDRESS, addressOf(address), nowMs);
    if (this.failures.count(nameOf(name), nowMs) >= PLENTY_PER_NAME) await sleep(DELAY_MS);
  }

  failed(name: string, address: string): void {
    const nowMs = this.nowMs();
    for (const who of [pairOf(name, address), addressOf(address), nameOf(name)]) {
      this.failures.add(who, nowMs);
    }
  }

  succeeded(name: string, address: string): void {
    this.failures.clear(pairOf(name, address));
  }

  private refuseAfter(most: number, who: string, nowMs: number): void {
    if (this.failures.count(who, nowMs) < most) return;
    const seconds = Math.max(1, Math.ceil(this.failures.fadesInMs(who, nowMs) / 1000));
    const detail = 'Too many attempts from this address failed';
    throw new DomainError('rate-limited', 429, detail, undefined, seconds);
  }

  private nowMs(): number {
    return this.clock.now().getTime();
  }
}

const pairOf = (name: string, address: string): string => `pair ${address} ${name}`;
const addressOf = (address: string): string => `address ${address}`;
const nameOf = (name: string): string => `name ${name}`;
