import { setTimeout as sleep } from 'node:timers/promises';

import type { Ledger } from './ledger.js';
import { PATIENCE_MS } from './patience.js';
import type { Outcome, Sender } from './senders.js';

export interface LoadOptions {
  ledger: Ledger;
  senders: readonly Sender[];
  random: () => number;
  /** Batches under way at once with each sender. */
  lanes?: number;
  batchSize?: number;
  /** Pause between two batches of a lane, milliseconds. */
  pauseMs?: number;
}

/**
 * Sends batches until it is stopped. Half of those that fail are given up, so that records of
 * unknown fate stay behind; the others are sent again until they are kept.
 */
export class Load {
  readonly counts: Record<Outcome, number> = { kept: 0, refused: 0, unknown: 0 };
  /** Answers that no fault excuses. */
  readonly surprises: string[] = [];
  lastKeptAtMs = 0;
  private isDone = false;
  private readonly lanes: Promise<void>[];

  constructor(private readonly options: LoadOptions) {
    const { senders, lanes = 2 } = options;
    this.lanes = senders.flatMap((sender, index) =>
      Array.from({ length: lanes }, (_, lane) => this.run(sender, index * lanes + lane)),
    );
  }

  /** Ends it; batches that are still under way are tried for a little longer. */
  async stop(): Promise<void> {
    this.isDone = true;
    await Promise.all(this.lanes);
    this.options.senders.forEach((sender) => sender.close());
  }

  /** Waits until something that is sent from now on is kept. @returns how long that took */
  async kept(withinMs = PATIENCE_MS): Promise<number> {
    const sinceMs = performance.now();
    const before = this.counts.kept;
    while (this.counts.kept === before) {
      if (performance.now() - sinceMs > withinMs) throw new Error('Nothing is kept any more');
      await sleep(10);
    }
    return performance.now() - sinceMs;
  }

  private async run(sender: Sender, lane: number): Promise<void> {
    const { ledger, random, batchSize = 20, pauseMs = 5 } = this.options;
    while (!this.isDone) {
      const batch = ledger.batch(batchSize, lane);
      for (let tries = random() < 0.5 ? 1000 : 1; tries > 0; tries -= 1) {
        const outcome = await this.attempt(sender, batch);
        this.counts[outcome] += 1;
        if (outcome === 'kept') {
          ledger.acknowledge(batch);
          this.lastKeptAtMs = performance.now();
          break;
        }
        if (this.isDone) break;
        await sleep(50);
      }
      await sleep(pauseMs);
    }
  }

  private async attempt(sender: Sender, batch: Parameters<Sender['send']>[0]): Promise<Outcome> {
    try {
      return await sender.send(batch);
    } catch (error) {
      this.surprises.push(String(error));
      return 'unknown';
    }
  }
}
