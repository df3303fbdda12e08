import { setTimeout as sleep } from 'node:timers/promises';

import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';

import { FailureCounter } from '../guard/limits.js';
import { networkOf } from '../guard/network.js';

const WITHIN_MS = 15 * 60_000;
/** Wrong passwords for one name from one address. */
const MOST_PER_PAIR = 5;
/** Wrong passwords from one address, whatever the names. */
const MOST_PER_ADDRESS = 30;
/** Wrong passwords for one name from anywhere, after which each try takes a while. */
const PLENTY_PER_NAME = 20;
const DELAY_MS = 1500;
/** Sessions that one person or key may begin. */
const MOST_BEGUN = 60;

/**
 * Slows down those who guess. Only the address that guesses is refused: the person whose name is
 * guessed at still gets in from their own. Counts are of this process.
 */
@Injectable()
export class SignInGuard {
  private readonly failures = new FailureCounter(WITHIN_MS);
  private readonly begun = new FailureCounter(WITHIN_MS);

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /**
   * To be called before a password is looked at. The attempt counts as failed from here on, so that
   * many at the same time are no more than many one after the other.
   * @throws DomainError `rate-limited` (429)
   */
  async admit(name: string, address: string): Promise<void> {
    const nowMs = this.nowMs();
    const detail = 'Too many attempts from this address failed';
    refuseAfter(MOST_PER_PAIR, this.failures, pairOf(name, address), nowMs, detail);
    refuseAfter(MOST_PER_ADDRESS, this.failures, addressOf(address), nowMs, detail);
    const isDelayed = this.failures.count(nameOf(name), nowMs) >= PLENTY_PER_NAME;
    for (const who of allOf(name, address)) this.failures.add(who, nowMs);
    if (isDelayed) await sleep(DELAY_MS);
  }

  /** The attempt has not failed: it was right, or nobody looked at it. */
  takeBack(name: string, address: string): void {
    for (const who of allOf(name, address)) this.failures.takeBack(who);
  }

  succeeded(name: string, address: string): void {
    this.takeBack(name, address);
    this.failures.clear(pairOf(name, address));
  }

  /**
   * To be called before a session is begun: each is a change that every process takes notice of.
   * @throws DomainError `rate-limited` (429)
   */
  begin(owner: string): void {
    const nowMs = this.nowMs();
    refuseAfter(MOST_BEGUN, this.begun, owner, nowMs, 'Too many sessions were begun');
    this.begun.add(owner, nowMs);
  }

  private nowMs(): number {
    return this.clock.now().getTime();
  }
}

function refuseAfter(
  most: number,
  counter: FailureCounter,
  who: string,
  nowMs: number,
  detail: string,
): void {
  if (counter.count(who, nowMs) < most) return;
  const seconds = Math.max(1, Math.ceil(counter.fadesInMs(who, nowMs) / 1000));
  throw new DomainError('rate-limited', 429, detail, undefined, seconds);
}

const pairOf = (name: string, address: string): string => `pair ${networkOf(address)} ${name}`;
const addressOf = (address: string): string => `address ${networkOf(address)}`;
const nameOf = (name: string): string => `name ${name}`;
const allOf = (name: string, address: string): string[] => [
  pairOf(name, address),
  addressOf(address),
  nameOf(name),
];
