import type { ExecutionRecord } from '@app/contracts';
import type { Batch } from './batch.js';
import { SpoolFolder } from './spool-folder.js';
import { Segment } from './spool-segment.js';
import { byteLength, unref } from './runtime.js';
import type { Timer } from './runtime.js';

const SEGMENT_BYTES = 2 ** 20;
/** A third of the lease after which others take a file for abandoned. */
const UPKEEP_MS = 10_000;
const PAUSE_AFTER_ERROR_MS = 10_000;

export interface SpoolSettings {
  folder: string;
  maxBytes: number;
  endpoint: string;
  now(): number;
  monotonicMs(): number;
}

export interface SpoolEvents {
  /** Records lost: no room, or a line that a killed process left half written. */
  dropped(count: number, reason: 'spool-full' | 'unreadable'): void;
  failed(error: unknown): void;
  /** Another process left something to send. */
  found(): void;
}

/** Records on disk until they are acknowledged, the oldest first. */
export class Spool {
  private readonly folder: SpoolFolder;
  private segments: Segment[] = [];
  /** The one that is written to. */
  private open: Segment | null = null;
  private othersBytes = 0;
  private othersExist = false;
  private pausedUntilMs = -Infinity;
  private timer: Timer | null = null;

  constructor(
    private readonly settings: SpoolSettings,
    private readonly events: SpoolEvents,
  ) {
    this.folder = new SpoolFolder(settings.folder, settings.endpoint, () => settings.now());
    this.adopt();
  }

  /** Whether nothing of ours is left to send or under way. */
  get isEmpty(): boolean {
    return this.segments.length === 0;
  }

  /** Records not acknowledged; those that another process left count once they are read. */
  get size(): number {
    return this.segments.reduce((sum, segment) => sum + segment.left, 0);
  }

  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /**
   * Writes before it returns: afterwards a killed process loses none of these.
   * @returns how many of the records, from the first, need not be kept in memory any more
   */
  append(records: readonly ExecutionRecord[]): number {
    if (this.settings.monotonicMs() < this.pausedUntilMs) return 0;
    let written = 0;
    try {
      for (const part of this.parts(records)) {
        const segment = this.roomFor(byteLength(part.lines));
        if (segment === null) this.events.dropped(part.count, 'spool-full');
        else segment.append(part.lines, part.count);
        written += part.count;
      }
    } catch (error) {
      this.pausedUntilMs = this.settings.monotonicMs() + PAUSE_AFTER_ERROR_MS;
      this.open = null;
      this.events.failed(error);
    }
    this.keepUp();
    return written;
  }

  take(limit: number): Batch | null {
    for (const segment of [...this.segments]) {
      if (segment === this.open) this.open = null;
      const { unreadable } = segment;
      const chunk = segment.take(limit);
      const lost = segment.unreadable - unreadable;
      if (lost > 0) this.events.dropped(lost, 'unreadable');
      if (chunk.records.length > 0) return this.batchOf(segment, chunk);
      this.finish(segment);
    }
    return null;
  }

  /** Takes over what processes that are gone have left. */
  adopt(): void {
    const before = this.segments.length;
    this.othersBytes = 0;
    this.othersExist = false;
    for (const file of this.folder.list().filter(({ foreign }) => foreign)) {
      const path = this.folder.isOrphan(file) ? this.folder.claim(file) : null;
      if (path !== null) this.segments.push(new Segment(path, file.bytes, null));
      else {
        this.othersBytes += file.bytes;
        this.othersExist = true;
      }
    }
    this.keepUp();
    if (this.segments.length > before) this.events.found();
  }

  private batchOf(segment: Segment, chunk: ReturnType<Segment['take']>): Batch {
    return {
      records: chunk.records,
      settle: () => {
        segment.settle(chunk);
        this.finish(segment);
      },
      putBack: () => segment.putBack(chunk),
    };
  }

  private finish(segment: Segment): void {
    if (segment.finish()) this.remove(segment);
  }

  private remove(segment: Segment): void {
    this.segments = this.segments.filter((other) => other !== segment);
    if (this.open === segment) this.open = null;
    this.keepUp();
  }

  /** Texts of at most a segment's size. */
  private *parts(
    records: readonly ExecutionRecord[],
  ): Generator<{ lines: string; count: number }, void> {
    let part = { lines: '', count: 0 };
    for (const record of records) {
      part.lines += `${JSON.stringify(record)}\n`;
      part.count += 1;
      if (part.lines.length < this.segmentBytes / 4) continue;
      yield part;
      part = { lines: '', count: 0 };
    }
    if (part.count > 0) yield part;
  }

  private get segmentBytes(): number {
    return Math.min(SEGMENT_BYTES, this.settings.maxBytes / 4);
  }

  /**
   * A segment that can take so many bytes more; the oldest ones go to make room for it.
   * @returns null when there is no room even so
   */
  private roomFor(bytes: number): Segment | null {
    if (this.open !== null && !this.open.exists()) this.remove(this.open);
    if (this.open === null || this.open.bytes + bytes > this.segmentBytes) this.openNew();
    while (this.bytes + this.othersBytes + bytes > this.settings.maxBytes) {
      const oldest = this.segments.find((segment) => segment !== this.open && !segment.hasTaken);
      if (oldest === undefined) return null;
      this.discard(oldest);
    }
    return this.open;
  }

  private openNew(): void {
    this.folder.make();
    this.adoptSizes();
    this.open = new Segment(this.folder.newPath(), 0, 0);
    this.segments.push(this.open);
  }

  private adoptSizes(): void {
    const others = this.folder.list().filter(({ foreign }) => foreign);
    this.othersBytes = others.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  private discard(segment: Segment): void {
    const chunk = segment.take(Infinity);
    const count = segment.left + segment.unreadable;
    segment.settle(chunk);
    segment.finish();
    this.remove(segment);
    this.events.dropped(count, 'spool-full');
  }

  /** While files are there: says that ours are alive, and looks whether others' still are. */
  private keepUp(): void {
    const wanted = this.segments.length > 0 || this.othersExist;
    if (!wanted && this.timer !== null) {
      clearInterval(this.timer);
      this.timer = null;
    } else if (wanted && this.timer === null) {
      this.timer = unref(
        setInterval(() => {
          for (const { path } of this.segments) this.folder.touch(path);
          this.adopt();
        }, UPKEEP_MS),
      );
    }
  }
}
