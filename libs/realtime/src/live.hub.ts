import { randomUUID } from 'node:crypto';

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Execution, LiveSubscribed, LiveSubscription } from '@app/contracts';
import { CLOCK, EventBus } from '@app/platform';
import type { Clock } from '@app/platform';

import { LiveClient } from './live.client.js';
import type { LiveTally } from './live.client.js';
import type { LiveConnection } from './live.connection.js';
import { alertChanged, metricRecorded, taskCompleted, taskStarted } from './live.event.js';
import type { LiveEvent } from './live.event.js';
import { parcelsOf } from './live.group.js';
import { LiveFrame } from './live.frame.js';
import { CLOSINGS, LIVE_LIMITS } from './live.limits.js';
import type { NumberedEvent } from './live.ring.js';
import { LiveStream } from './live.stream.js';
import { LiveWish } from './live.wish.js';
import type { LiveAudience } from './relay/live.audience.js';
import type { RelayedNews } from './relay/relay.message.js';

/**
 * The live core: takes news from the bus and hands it to the clients of its project, gathered
 * into at most ten flushes a second. It knows connections, not transports.
 */
@Injectable()
export class LiveHub implements OnModuleInit, LiveAudience {
  /** What clients did not get since the start. */
  readonly tally: LiveTally = { missed: 0, slowClosed: 0 };
  /** Names the numbers of this process's streams. */
  readonly streamId: string = randomUUID();
  private readonly logger = new Logger(LiveHub.name);
  private readonly streams = new Map<string, LiveStream>();
  private readonly waiting = new Set<LiveStream>();
  // Numbers go on rising over a restart, so a client that comes back always sees the gap.
  private readonly firstSeq: number;
  private unsubscribe: (() => void)[] = [];
  private timer?: NodeJS.Timeout;
  private flushedAtMs = 0;
  private pauseMs: number = LIVE_LIMITS.flushMs;
  private clients = 0;
  private stopping = false;

  constructor(
    private readonly bus: EventBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.firstSeq = this.nowMs() * 1000;
  }

  /** Clients connected now, through both doors. */
  get clientCount(): number {
    return this.clients;
  }

  /** Whether new clients are refused: the server is full, or about to stop. */
  get isClosed(): boolean {
    return this.stopping || this.clients >= LIVE_LIMITS.clients;
  }

  onModuleInit(): void {
    this.unsubscribe = [
      this.bus.subscribe('executionsStarted', (started) => {
        for (const execution of started) this.publish(taskStarted(execution));
      }),
      this.bus.subscribe('executionsStored', (stored) => {
        for (const execution of stored) this.publishStored(execution);
      }),
      this.bus.subscribe('alertChanged', (change) => {
        this.publish(alertChanged(change));
      }),
    ];
  }

  isHeard(project: string): boolean {
    return this.streams.get(project)?.isHeard ?? false;
  }

  hear(news: RelayedNews): void {
    switch (news.kind) {
      case 'started':
        return this.publish(taskStarted(news.execution));
      case 'stored':
        return this.publishStored(news.execution);
      case 'alert':
        return this.publish(alertChanged(news.change));
    }
  }

  /** Nobody can come back to a number before this: what is missing was never numbered here. */
  missed(events: ReadonlyMap<string, number> | 'unknown'): void {
    for (const [project, stream] of this.streams) {
      const count = events === 'unknown' ? 0 : events.get(project);
      if (count === undefined) continue;
      stream.pass(Math.max(1, count));
      for (const client of stream.clients) client.lose(count);
    }
  }

  /** Number of the newest event of a project that has one. */
  lastSeq(project: string): number {
    return this.streamOf(project).lastSeq;
  }

  /** Welcomes a client; from here on it hears everything of its project until it subscribes. */
  connect(connection: LiveConnection): LiveClient {
    const stream = this.streamOf(connection.project);
    const gone = (): void => {
      stream.leave(client);
      this.clients -= 1;
    };
    const client = new LiveClient(connection, gone, this.tally);
    const { project } = connection;
    const serverTime = this.clock.now().toISOString();
    client.tell(
      new LiveFrame('welcome', { project, serverTime, stream: this.streamId, seq: stream.lastSeq }),
    );
    if (!connection.isHeld) client.heardFrom = stream.lastSeq;
    stream.join(client);
    this.clients += 1;
    if (this.stopping) client.close(CLOSINGS.stopping);
    return client;
  }

  /**
   * From here on the client hears what it asks for.
   * @returns the answer for it; `follow` is to be called right after that was sent
   */
  subscribe(
    client: LiveClient,
    { since, snapshot, ...wanted }: LiveSubscription,
  ): { subscribed: LiveSubscribed; follow: () => void } {
    void snapshot;
    const stream = this.streamOf(client.project);
    const wish = new LiveWish(wanted);
    stream.move(client, wish, this.nowMs(), this.onFailure);
    const seq = stream.lastSeq;
    const upTo = client.heardFrom ?? seq;
    client.heardFrom ??= seq;
    const subscribed: LiveSubscribed = { ...wanted, stream: this.streamId, seq };
    if (!since) return { subscribed, follow: () => undefined };
    const events = since.stream === this.streamId ? stream.between(since.seq, upTo) : null;
    if (events) {
      return {
        subscribed: { ...subscribed, resumed: true },
        follow: () => this.replay(client, wish, events),
      };
    }
    const reason = since.stream === this.streamId ? 'expired' : 'restart';
    return {
      subscribed: { ...subscribed, resumed: false },
      follow: () => client.tell(new LiveFrame('resync', { reason, missed: 0 })),
    };
  }

  /** Sends what is pending, then closes every client with the reason, and listens no more. */
  stop(): void {
    this.stopping = true;
    for (const unsubscribe of this.unsubscribe.splice(0)) unsubscribe();
    clearTimeout(this.timer);
    this.flush();
    clearTimeout(this.timer);
    for (const stream of this.streams.values()) {
      for (const client of stream.clients) client.close(CLOSINGS.stopping);
    }
  }

  private publishStored(execution: Execution): void {
    const stream = this.streamOf(execution.project);
    if (!stream.isHeard) return stream.pass(2);
    this.publish(taskCompleted(execution));
    this.publish(metricRecorded(execution));
  }

  private publish(event: LiveEvent): void {
    const stream = this.streamOf(event.project);
    stream.push(event);
    if (stream.hasClients) this.await(stream);
  }

  private streamOf(project: string): LiveStream {
    let stream = this.streams.get(project);
    if (!stream) {
      stream = new LiveStream(this.firstSeq);
      this.streams.set(project, stream);
    }
    return stream;
  }

  private await(stream: LiveStream): void {
    this.waiting.add(stream);
    if (this.timer) return;
    const dueInMs = this.flushedAtMs + this.pauseMs - this.nowMs();
    // A wall clock may jump: never wait for longer than one tick.
    const delayMs = Math.min(Math.max(dueInMs, 0), this.pauseMs);
    this.timer = setTimeout(() => this.flush(), delayMs);
  }

  private flush(): void {
    this.timer = undefined;
    const before = process.cpuUsage();
    const nowMs = this.nowMs();
    this.flushedAtMs = nowMs;
    const streams = [...this.waiting];
    this.waiting.clear();
    for (const stream of streams) {
      stream.flush(nowMs, this.onFailure);
    }
    // Half of a processor at most goes into sending, however many clients there are. By the clock,
    // a busy machine would look like much to send.
    const { user, system } = process.cpuUsage(before);
    const longMs = (2 * (user + system)) / 1000;
    this.pauseMs = Math.min(Math.max(longMs, LIVE_LIMITS.flushMs), LIVE_LIMITS.longestFlushMs);
    for (const stream of streams) if (stream.isWaiting) this.await(stream);
  }

  /** What a client missed that has come back. */
  private replay(client: LiveClient, wish: LiveWish, events: readonly NumberedEvent[]): void {
    const wanted = events.filter(({ event }) => wish.filter.wants(event));
    client.replay(parcelsOf(wanted, wish), this.nowMs());
    if (client.isBehind) this.await(this.streamOf(client.project));
  }

  private readonly onFailure = (client: LiveClient, error: unknown): void => {
    this.logger.error({ event: 'live.client.failed', error: String(error) });
    client.close(CLOSINGS.slowConsumer);
  };

  private nowMs(): number {
    return this.clock.now().getTime();
  }
}
