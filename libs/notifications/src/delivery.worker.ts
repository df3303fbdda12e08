import { randomUUID } from 'node:crypto';

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Cron, CronExpression, Interval } from '@nestjs/schedule';
import { CLOCK, CONFIG } from '@app/platform';
import type { AppConfig, Clock } from '@app/platform';

import { ChannelSender } from './channel.sender.js';
import type { ChannelRow } from './channel.js';
import { DeliveryFailure } from './delivery-failure.js';
import { DeliveryLimits } from './delivery.limits.js';
import { DeliveryStore } from './delivery.store.js';
import type { AttemptOutcome, ClaimedDelivery, Lease } from './delivery.store.js';
import { testMessage } from './message.js';
import { MessageComposer } from './message.composer.js';
import { SecretBox, UnreadableSecrets } from './secret-box.js';
import type { Secrets } from './secret-box.js';

const TICK_MS = 1000;
const DAY_MS = 24 * 3_600_000;
const KEEP_NOTICES_MS = 7 * DAY_MS;
const KEEP_DELIVERIES_MS = 30 * DAY_MS;

/**
 * Delivers at least once: what is taken is leased, and who dies with it is followed by another,
 * with the same delivery id. Any number of processes may run one.
 */
@Injectable()
export class DeliveryWorker implements BeforeApplicationShutdown {
  private readonly logger = new Logger(DeliveryWorker.name);
  private readonly underWay = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private ticking?: Promise<void>;

  constructor(
    private readonly composer: MessageComposer,
    private readonly store: DeliveryStore,
    private readonly sender: ChannelSender,
    private readonly box: SecretBox,
    private readonly limits: DeliveryLimits,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: AppConfig,
  ) {}

  /** Puts messages together and starts what is due. Ticks that overtake each other are one. */
  @Interval('notifications.deliver', TICK_MS)
  tick(): Promise<void> {
    if (this.stopping.signal.aborted) return Promise.resolve();
    this.ticking ??= this.composeAndStart().finally(() => (this.ticking = undefined));
    return this.ticking;
  }

  @Cron(CronExpression.EVERY_HOUR, {
    name: 'notifications.forget',
    timeZone: 'UTC',
    waitForCompletion: true,
  })
  async forget(): Promise<void> {
    const nowMs = this.clock.now().getTime();
    await this.store.forget(
      new Date(nowMs - KEEP_NOTICES_MS),
      new Date(nowMs - KEEP_DELIVERIES_MS),
    );
  }

  /** Waits for the attempts under way. */
  async idle(): Promise<void> {
    while (this.ticking || this.underWay.size > 0) {
      await Promise.all([this.ticking, ...this.underWay]);
    }
  }

  /** Waits a little for what is under way; the rest is given back, to be tried again. */
  async beforeApplicationShutdown(): Promise<void> {
    const patience = setTimeout(() => this.stopping.abort(), this.limits.patienceMs);
    await Promise.all([this.ticking, ...this.underWay]);
    clearTimeout(patience);
    this.stopping.abort();
    await this.idle();
  }

  /**
   * Sends a message that says it is a test, now, and tells how that went.
   * @returns the id of the delivery, which is in the log
   */
  async sendTest(channel: ChannelRow, project: string): Promise<string> {
    const now = this.clock.now();
    const id = randomUUID();
    const lease = this.newLease(now);
    const message = testMessage(project, channel.name, now);
    await this.store.insertTest(channel, id, lease, message, now);
    const claimed = { ...channel, delivery_id: id, message, attempts: 1, composed_at: now };
    const outcome = await this.attempt(claimed);
    const state = outcome.state === 'sent' ? 'sent' : 'failed';
    await this.store.settle(id, lease.id, { ...outcome, state, at: this.clock.now() });
    return id;
  }

  private async composeAndStart(): Promise<void> {
    try {
      await this.composer.compose();
      await this.start();
    } catch (error) {
      this.logger.warn({ event: 'notifications.tick.failed', error: String(error) });
    }
  }

  private async start(): Promise<void> {
    const free = this.limits.concurrency - this.underWay.size;
    if (free <= 0 || this.stopping.signal.aborted) return;
    const now = this.clock.now();
    const lease = this.newLease(now);
    for (const claimed of await this.store.claim(now, lease, free)) {
      const work: Promise<void> = this.deliver(claimed, lease.id).finally(() => {
        this.underWay.delete(work);
      });
      this.underWay.add(work);
    }
  }

  private async deliver(claimed: ClaimedDelivery, leaseId: string): Promise<void> {
    const { delivery_id: id, channel_id: channelId, attempts } = claimed;
    const outcome = await this.attempt(claimed);
    try {
      const mine = await this.store.settle(id, leaseId, outcome);
      const { state, status, failure } = outcome;
      const entry = { id, channelId, attempts, state, status, code: failure?.code };
      if (!mine) this.logger.warn({ event: 'notification.lease.lost', ...entry });
      else if (state === 'failed') this.logger.warn({ event: 'notification.failed', ...entry });
      else this.logger.debug({ event: 'notification.attempted', ...entry });
      // Its channel is free for the next one.
      if (mine && state === 'sent') await this.start();
    } catch (error) {
      // Its lease runs out, and it is tried again.
      this.logger.warn({ event: 'notification.unsettled', id, error: String(error) });
    }
  }

  private async attempt(claimed: ClaimedDelivery): Promise<AttemptOutcome> {
    try {
      const outgoing = {
        deliveryId: claimed.delivery_id,
        channelId: claimed.channel_id,
        channelName: claimed.name,
        message: claimed.message,
        settings: claimed.settings,
        secrets: this.secretsOf(claimed),
        publicUrl: this.config.publicUrl,
        composedAt: claimed.composed_at,
        now: this.clock.now(),
      };
      const status = await this.sender.send(claimed.kind, outgoing, this.stopping.signal);
      return { state: 'sent', at: this.clock.now(), status };
    } catch (error) {
      return this.afterFailure(claimed, error);
    }
  }

  private afterFailure({ attempts }: ClaimedDelivery, error: unknown): AttemptOutcome {
    const failure =
      error instanceof DeliveryFailure
        ? error
        : new DeliveryFailure('unreachable', `It could not be sent (${(error as Error).name})`);
    const now = this.clock.now();
    // Not its fault: at once, by whoever is there next.
    if (failure.code === 'interrupted') return { state: 'pending', at: now, failure };
    if (failure.options.permanent || attempts >= this.limits.maxAttempts) {
      return { state: 'failed', at: now, failure };
    }
    const waitMs = this.limits.retryAfterMs(attempts, failure.options.retryAfterMs);
    return { state: 'pending', at: new Date(now.getTime() + waitMs), failure };
  }

  private secretsOf(channel: ChannelRow): Secrets {
    if (channel.sealed_secrets === null) return {};
    try {
      return this.box.open(channel.sealed_secrets, channel.channel_id);
    } catch (error) {
      if (!(error instanceof UnreadableSecrets)) throw error;
      throw new DeliveryFailure('secret_unreadable', error.message, { permanent: true });
    }
  }

  private newLease(now: Date): Lease {
    return { id: randomUUID(), until: new Date(now.getTime() + this.limits.leaseMs) };
  }
}
