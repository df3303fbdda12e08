import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { EventBus } from '@app/platform';
import type { Namespace } from 'socket.io';

import { LIVE_AUDIENCE } from './live.audience.js';
import type { LiveAudience } from './live.audience.js';
import { RecentIds } from './recent-ids.js';
import type { RelayBus } from './relay.bus.js';
import { RELAY_LIMITS } from './relay.limits.js';
import { messageText, newsText, readMessage } from './relay.message.js';
import type { Beat, News, RelayedNews } from './relay.message.js';
import { RelayOutbox } from './relay.outbox.js';
import { RelayPeer } from './relay.peer.js';
import { MAKE_RELAY_BUS } from './relay.buses.js';
import type { MakeRelayBus } from './relay.buses.js';
import { RelayWishes } from './relay.wishes.js';

const TICK_MS = 500;
/** Words that ask for an answer are answered together. */
const ANSWER_MS = 10;
const POLL_MS = 20;

/**
 * Takes news from this process's bus to the clients of the other processes and theirs to the
 * clients here. Nothing is sent that no other process wants. Messages are numbered, and promises
 * to send them have a name: what is lost, or was never sent, makes the clients read the state again.
 */
@Injectable()
export class LiveRelay implements OnApplicationShutdown {
  private readonly id = randomUUID();
  private readonly peers = new Map<string, RelayPeer>();
  private readonly outbox = new RelayOutbox();
  private readonly wishes = new RelayWishes();
  private readonly ended = new RecentIds(RELAY_LIMITS.rememberedEnds);
  /** Answers to {@link isWanted}, until a peer wants otherwise. */
  private readonly wanted = new Map<string, boolean>();
  private bus?: RelayBus;
  private unsubscribe: (() => void)[] = [];
  private ticking?: NodeJS.Timeout;
  private flushing?: NodeJS.Timeout;
  private answering?: NodeJS.Timeout;
  private flushedAtMs = 0;
  private beatAtMs = 0;
  private connectedAtMs?: number;
  private sent = 0;
  private promises = 0;
  private hasKeptBack = false;
  /** A client came in before it was sure that all others knew. */
  private owesResync = false;

  constructor(
    private readonly events: EventBus,
    @Inject(LIVE_AUDIENCE) private readonly audience: LiveAudience,
    @Inject(MAKE_RELAY_BUS) private readonly makeBus: MakeRelayBus,
  ) {}

  /** Other processes that live now, as far as is known. */
  get peerCount(): number {
    return this.peers.size;
  }

  /** Messages with news sent since the start. */
  get sentCount(): number {
    return this.sent;
  }

  /** To be called once, with the live namespace. */
  join(namespace: Namespace): void {
    const bus = this.makeBus(namespace);
    // Without one, this process is the only one.
    if (!bus) return;
    this.bus = bus;
    this.unsubscribe = [
      this.events.subscribe('executionsStarted', (started) => {
        for (const execution of started) this.share(execution.project, 'started', execution);
      }),
      this.events.subscribe('executionsStored', (stored) => {
        for (const execution of stored) {
          if (this.peers.size > 0) this.ended.add(execution.executionId);
          this.share(execution.project, 'stored', execution);
        }
      }),
      this.events.subscribe('alertChanged', (change) => {
        this.share(change.alert.project, 'alert', change);
      }),
    ];
    this.ticking = setInterval(() => this.tick(), TICK_MS).unref();
    bus.open({
      heard: (text) => this.hear(text),
      connected: () => {
        this.connectedAtMs = performance.now();
        this.beat(true);
      },
    });
  }

  /**
   * To be awaited before a client of the project is welcomed: from then on, what other processes
   * do reaches it. Waits for a moment at most; if that is not enough, a resync follows.
   */
  async attend(project: string): Promise<void> {
    if (!this.bus) return;
    if (this.wishes.add(project, performance.now())) this.beat(false);
    const deadlineMs = performance.now() + RELAY_LIMITS.attendMs;
    while (!this.isSettled() && !this.owesResync) {
      if (performance.now() > deadlineMs) this.owesResync = true;
      else await sleep(POLL_MS);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    for (const unsubscribe of this.unsubscribe.splice(0)) unsubscribe();
    clearInterval(this.ticking);
    clearTimeout(this.flushing);
    clearTimeout(this.answering);
    const { bus } = this;
    if (!bus) return;
    this.bus = undefined;
    if (this.peers.size > 0) {
      this.sendPending(bus);
      bus.send(messageText({ kind: 'bye', from: this.id, last: this.sent }));
    }
    await bus.close();
  }

  /** Every process that is known sends all that is wanted here, and unknown ones have had time. */
  private isSettled(): boolean {
    if (this.connectedAtMs === undefined) return false;
    if (performance.now() - this.connectedAtMs < RELAY_LIMITS.discoveryMs) return false;
    return [...this.peers.values()].every((peer) => peer.hasGranted(this.wishes.version));
  }

  private share<K extends keyof Shared>(project: string, kind: K, subject: Shared[K]): void {
    if (!this.isWanted(project)) {
      this.hasKeptBack = true;
      return;
    }
    this.outbox.push(project, newsOf(kind, subject));
    this.flushSoon();
  }

  private isWanted(project: string): boolean {
    if (this.peers.size === 0) return false;
    let answer = this.wanted.get(project);
    if (answer === undefined) {
      answer = [...this.peers.values()].some((peer) => peer.wantsNewsOf(project));
      this.wanted.set(project, answer);
    }
    return answer;
  }

  private flushSoon(): void {
    if (this.flushing) return;
    const delayMs = Math.max(0, this.flushedAtMs + RELAY_LIMITS.flushMs - performance.now());
    this.flushing = setTimeout(() => {
      this.flushing = undefined;
      this.flushedAtMs = performance.now();
      if (!this.bus) return;
      if (this.bus.isBusy) this.flushSoon();
      else this.sendPending(this.bus);
    }, delayMs);
  }

  private sendPending(bus: RelayBus): void {
    if (this.outbox.isEmpty) return;
    for (const { items, missed } of this.outbox.drain()) {
      this.sent += 1;
      bus.send(newsText(this.id, this.sent, items, missed));
    }
  }

  private beat(hello: boolean): void {
    this.beatAtMs = performance.now();
    const beat: Beat = {
      kind: 'beat',
      from: this.id,
      last: this.sent,
      wants: this.wishes.list(),
      version: this.wishes.version,
      grants: Object.fromEntries([...this.peers].map(([id, peer]) => [id, peer.grant])),
      hello,
    };
    this.bus?.send(messageText(beat));
  }

  private answerSoon(): void {
    this.answering ??= setTimeout(() => {
      this.answering = undefined;
      this.beat(false);
    }, ANSWER_MS);
  }

  private hear(text: string): void {
    const message = readMessage(text);
    if (!message || message.from === this.id || !this.bus) return;
    const nowMs = performance.now();
    if (message.kind === 'bye') {
      this.peers.get(message.from)?.leave(message.last, nowMs);
      this.sweep(nowMs);
      return;
    }
    const known = this.peers.get(message.from);
    const peer = known ?? this.welcome(message.from, nowMs);
    peer.heardAtMs = nowMs;
    if (message.kind === 'news') {
      peer.hear(message, nowMs);
    } else {
      const isNews = peer.beat(message, message.grants[this.id], nowMs);
      if (isNews) this.wanted.clear();
      if (isNews || message.hello) this.answerSoon();
    }
    if (!known) this.answerSoon();
  }

  private welcome(id: string, nowMs: number): RelayPeer {
    this.promises += 1;
    const promise = { token: this.promises, after: this.sent, clean: !this.hasKeptBack };
    const peer = new RelayPeer(
      promise,
      {
        news: (message) => this.take(message),
        gap: () => this.audience.missed('unknown'),
      },
      nowMs,
    );
    this.peers.set(id, peer);
    this.wanted.clear();
    return peer;
  }

  private take({ items, missed }: News): void {
    const counts = Object.entries(missed);
    if (counts.length > 0) this.audience.missed(new Map(counts));
    for (const news of items) {
      // Processes are not heard in step: the end of an execution may overtake its start.
      if (news.kind === 'started' && this.ended.has(news.execution.executionId)) continue;
      if (news.kind === 'stored') this.ended.add(news.execution.executionId);
      this.audience.hear(news);
    }
  }

  private tick(): void {
    const nowMs = performance.now();
    this.sweep(nowMs);
    const forgotten = this.wishes.prune((project) => this.audience.isHeard(project), nowMs);
    // Clients of old that come back must not believe that nothing has happened since.
    if (forgotten.length > 0) this.audience.missed(new Map(forgotten.map((name) => [name, 0])));
    const pauseMs = this.peers.size > 0 ? RELAY_LIMITS.beatMs : RELAY_LIMITS.lonelyBeatMs;
    if (forgotten.length > 0 || nowMs - this.beatAtMs >= pauseMs) this.beat(false);
    if (this.owesResync && this.isSettled()) {
      this.owesResync = false;
      this.audience.missed('unknown');
    }
  }

  private sweep(nowMs: number): void {
    for (const [id, peer] of this.peers) {
      peer.check(nowMs);
      const isLost = nowMs - peer.heardAtMs > RELAY_LIMITS.leaseMs;
      if (!isLost && !peer.hasLeft) continue;
      this.peers.delete(id);
      this.wanted.clear();
      // It may have stored something that it had no more time to tell.
      if (isLost) this.audience.missed('unknown');
    }
  }
}

interface Shared {
  started: Extract<RelayedNews, { kind: 'started' }>['execution'];
  stored: Extract<RelayedNews, { kind: 'stored' }>['execution'];
  alert: Extract<RelayedNews, { kind: 'alert' }>['change'];
}

function newsOf<K extends keyof Shared>(kind: K, subject: Shared[K]): RelayedNews {
  return (kind === 'alert' ? { kind, change: subject } : { kind, execution: subject }) as never;
}
