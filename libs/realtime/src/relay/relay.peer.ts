import type { Beat, Grant, News } from './relay.message.js';
import { RELAY_LIMITS } from './relay.limits.js';

/** What a peer's words lead to. */
export interface PeerEvents {
  /** The next message in order. */
  news(message: News): void;
  /** Messages are lost, or were never sent. */
  gap(): void;
}

/** Another server process: what it wants, what it promised, and how far it has been heard. */
export class RelayPeer {
  /** What this process promised it. */
  readonly grant: Grant;
  private wants: ReadonlySet<string> | null = new Set();
  /** What it promised this process. */
  private granted: Grant | null = null;
  /** Number of the last message that was passed on. */
  private position: number | null = null;
  /** Number of the last message that it is known to have sent. */
  private last = 0;
  private readonly held = new Map<number, News>();
  private waitingSinceMs: number | null = null;
  private leaving = false;

  constructor(
    promise: Pick<Grant, 'token' | 'after' | 'clean'>,
    private readonly events: PeerEvents,
    public heardAtMs: number,
  ) {
    this.grant = { ...promise, version: 0 };
  }

  wantsNewsOf(project: string): boolean {
    return this.wants === null || this.wants.has(project);
  }

  /** Whether it will send all that this process wants. */
  hasGranted(version: number): boolean {
    return this.granted !== null && this.granted.version >= version;
  }

  /** It said farewell and everything before has been heard. */
  get hasLeft(): boolean {
    return this.leaving && this.waitingSinceMs === null;
  }

  /** @returns whether it should get an answer soon */
  beat(beat: Beat, mine: Grant | undefined, nowMs: number): boolean {
    const isNews = this.grant.version !== beat.version;
    this.grant.version = beat.version;
    if (isNews) this.wants = beat.wants && new Set(beat.wants);
    if (mine) this.accept(mine);
    this.expect(beat.last, nowMs);
    return isNews;
  }

  hear(message: News, nowMs: number): void {
    if (this.position !== null && message.number <= this.position) return;
    this.held.set(message.number, message);
    this.expect(message.number, nowMs);
    if (this.held.size > RELAY_LIMITS.heldMessages) this.skip(nowMs);
  }

  leave(last: number, nowMs: number): void {
    this.leaving = true;
    this.expect(last, nowMs);
  }

  /** Gives up on messages that are overdue. */
  check(nowMs: number): void {
    const { waitingSinceMs } = this;
    if (waitingSinceMs !== null && nowMs - waitingSinceMs > RELAY_LIMITS.reorderMs) {
      this.skip(nowMs);
    }
  }

  private accept(mine: Grant): void {
    const isNew = this.granted?.token !== mine.token;
    this.granted = mine;
    if (!isNew) return;
    const isFirst = this.position === null;
    this.position = Math.max(this.position ?? 0, mine.after);
    for (const number of this.held.keys()) if (number <= this.position) this.held.delete(number);
    if (!isFirst || !mine.clean) this.events.gap();
  }

  private expect(last: number, nowMs: number): void {
    this.last = Math.max(this.last, last);
    this.pass(nowMs);
  }

  private pass(nowMs: number): void {
    if (this.position === null) {
      // Without a promise its words are kept for a while: the promise may have been overtaken.
      this.waitingSinceMs = this.held.size > 0 ? (this.waitingSinceMs ?? nowMs) : null;
      return;
    }
    let next: News | undefined;
    while ((next = this.held.get(this.position + 1))) {
      this.position += 1;
      this.held.delete(this.position);
      this.waitingSinceMs = null;
      this.events.news(next);
    }
    this.waitingSinceMs = this.position < this.last ? (this.waitingSinceMs ?? nowMs) : null;
  }

  private skip(nowMs: number): void {
    const firstHeld = Math.min(...this.held.keys());
    this.waitingSinceMs = null;
    if (this.position === null) {
      // Nothing was promised, so nothing is lost.
      this.held.clear();
      return;
    }
    this.position = Number.isFinite(firstHeld) ? firstHeld - 1 : this.last;
    this.events.gap();
    this.pass(nowMs);
  }
}
