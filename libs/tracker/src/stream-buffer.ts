import type { Resync, StreamEvent } from './stream-events.js';

type Buffered = StreamEvent<unknown>;
type Reason = Resync<unknown>['data']['reason'];

/** What waits for the loop, bounded. What is left out becomes a `resync` in its place. */
export class StreamBuffer {
  private waiting: Buffered[] = [];
  /** Index of the next to be taken: shifting a long array moves all of it. */
  private next = 0;
  private left = 0;

  constructor(
    private readonly maxBuffer: number,
    private readonly overflow: 'oldest' | 'superseded',
  ) {}

  get size(): number {
    return this.waiting.length - this.next;
  }

  /** Events left out so far for want of room. */
  get missed(): number {
    return this.left;
  }

  push(event: Buffered): void {
    if (this.size >= this.maxBuffer) this.makeRoom();
    this.waiting.push(event);
  }

  resync(reason: Reason, missed: number): void {
    const last = this.size > 0 ? this.waiting.at(-1) : undefined;
    if (last?.type === 'resync') {
      // Nothing has happened in between: reading the state once is enough.
      last.data = { reason: last.data.reason, missed: last.data.missed + missed };
      return;
    }
    this.push({ type: 'resync', data: { reason, missed }, state: undefined });
  }

  take(): Buffered | undefined {
    if (this.next >= this.waiting.length) return undefined;
    const event = this.waiting[this.next];
    this.next += 1;
    if (this.next === this.waiting.length || this.next > 1000) {
      this.waiting = this.waiting.slice(this.next);
      this.next = 0;
    }
    return event;
  }

  private makeRoom(): void {
    this.waiting = this.waiting.slice(this.next);
    this.next = 0;
    if (this.overflow === 'superseded') this.waiting = withoutSuperseded(this.waiting);
    if (this.waiting.length < this.maxBuffer) return;
    // A quarter at a time, so that not every further event does this again.
    const dropped = this.waiting.splice(0, Math.max(2, Math.ceil(this.maxBuffer / 4)));
    let missed = 0;
    for (const event of dropped) {
      if (event.type === 'resync') missed += event.data.missed;
      else missed += 1;
    }
    this.left += dropped.filter(({ type }) => type !== 'resync').length;
    this.waiting.unshift({
      type: 'resync',
      data: { reason: 'slow_reader', missed },
      state: undefined,
    });
  }
}

function withoutSuperseded(events: readonly Buffered[]): Buffered[] {
  const seen = new Set<string>();
  return events
    .toReversed()
    .filter((event) => {
      if (event.type === 'resync') return true;
      const key = subjectOf(event);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .reverse();
}

function subjectOf(event: Exclude<Buffered, Resync<unknown>>): string {
  switch (event.type) {
    case 'performance:summary':
      return event.type;
    case 'performance:alert':
      return `${event.type} ${event.data.alert.id}`;
    case 'performance:taskStarted':
    case 'performance:taskCompleted':
    case 'performance:metricRecorded':
      return `${event.type} ${event.data.agentId}`;
  }
}
