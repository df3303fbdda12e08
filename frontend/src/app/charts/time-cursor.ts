import { signal } from '@angular/core';
import type { Span } from '../time/range';

type Buckets = readonly Span[];

/** Shorter drags are clicks, pixels. */
const LEAST_DRAG_PX = 6;

/** A stretch of buckets, both ends included. */
export interface Stretch {
  from: number;
  to: number;
}

/** The bucket that an instant lies in, or the nearest. */
export function bucketAt(buckets: Buckets, atMs: number): number {
  const after = buckets.findIndex(({ fromMs }) => fromMs > atMs);
  return after < 0 ? buckets.length - 1 : Math.max(0, after - 1);
}

/** The time of a stretch. */
export function spanOfStretch(buckets: Buckets, { from, to }: Stretch): Span | undefined {
  const [first, last] = [buckets[Math.min(from, to)], buckets[Math.max(from, to)]];
  return first && last && { fromMs: first.fromMs, toMs: last.toMs };
}

/**
 * Reads and selects on a chart over time: dragging selects a stretch, and so do the arrow keys
 * with Shift; letting go, or Enter, zooms to it.
 */
export class TimeCursor {
  /** The bucket that the keyboard reads. */
  readonly at = signal<number | null>(null);
  readonly stretch = signal<Stretch | null>(null);
  private drag: { px: number; index: number } | undefined;

  constructor(
    private readonly buckets: () => Buckets,
    private readonly zoomTo: (span: Span) => void,
  ) {}

  /** Whether the pointer is selecting. */
  get dragging(): boolean {
    return this.drag !== undefined;
  }

  press(px: number, atMs: number): void {
    this.drag = { px, index: bucketAt(this.buckets(), atMs) };
    this.at.set(null);
  }

  move(px: number, atMs: number): void {
    if (this.drag === undefined) return;
    const far = Math.abs(px - this.drag.px) >= LEAST_DRAG_PX || this.stretch() !== null;
    if (far) this.stretch.set({ from: this.drag.index, to: bucketAt(this.buckets(), atMs) });
  }

  release(): void {
    this.drag = undefined;
    this.zoom();
  }

  cancel(): void {
    this.drag = undefined;
    this.stretch.set(null);
    this.at.set(null);
  }

  /** @returns whether the key means something here */
  key({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): boolean {
    const last = this.buckets().length - 1;
    const now = this.at();
    const steps: Record<string, number> = {
      ArrowLeft: (now ?? last + 1) - 1,
      ArrowRight: (now ?? -1) + 1,
      PageUp: (now ?? last + 10) - 10,
      PageDown: (now ?? -10) + 10,
      Home: 0,
      End: last,
    };
    const to = steps[key];
    if (to !== undefined && last >= 0) {
      this.go(Math.min(last, Math.max(0, to)), shiftKey);
      return true;
    }
    if (key === 'Enter' && this.stretch() !== null) {
      this.zoom();
      return true;
    }
    if (key === 'Escape' && now !== null) {
      this.cancel();
      return true;
    }
    return false;
  }

  private go(to: number, selecting: boolean): void {
    const from = this.stretch()?.from ?? this.at() ?? to;
    this.at.set(to);
    this.stretch.set(selecting ? { from, to } : null);
  }

  private zoom(): void {
    const stretch = this.stretch();
    const span = stretch && spanOfStretch(this.buckets(), stretch);
    this.cancel();
    if (span) this.zoomTo(span);
  }
}
