import { DOCUMENT } from '@angular/common';
import { DestroyRef, Service, inject } from '@angular/core';

/** Charts are painted at most four times a second. */
export const PAINT_GAP_MS = 250;

/** So long one task draws, milliseconds; it ends the chart that it has begun. */
const TASK_MS = 16;

/**
 * Draws for all charts of the page: what comes in quick succession is drawn once, and a hidden page
 * not at all until it is seen again.
 */
@Service()
export class Painter {
  private readonly document = inject(DOCUMENT);
  private readonly waiting = new Map<object, () => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private paintedAt = Number.NEGATIVE_INFINITY;

  constructor() {
    const onVisible = (): void => this.soon();
    this.document.addEventListener('visibilitychange', onVisible);
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.timer);
      this.document.removeEventListener('visibilitychange', onVisible);
    });
  }

  /** @param who of several requests by the same, only the newest is drawn */
  paint(who: object, draw: () => void): void {
    this.waiting.set(who, draw);
    this.soon();
  }

  forget(who: object): void {
    this.waiting.delete(who);
  }

  /** Draws all that waits, at once. */
  paintNow(): void {
    const draws = [...this.waiting.values()];
    this.waiting.clear();
    for (const draw of draws) draw();
  }

  private soon(): void {
    if (this.timer !== undefined || this.waiting.size === 0 || this.document.hidden) return;
    const wait = Math.max(0, this.paintedAt + PAINT_GAP_MS - performance.now());
    this.timer = setTimeout(() => this.frame(), wait);
  }

  private frame(): void {
    this.timer = undefined;
    if (this.document.hidden) return;
    this.paintedAt = performance.now();
    const due = [...this.waiting.keys()];
    this.drawNext(due);
  }

  /** A few charts at a time: between them the page answers to who types or clicks. */
  private drawNext(due: object[]): void {
    const startedAt = performance.now();
    while (due.length > 0 && performance.now() - startedAt < TASK_MS) {
      const who = due.shift()!;
      const draw = this.waiting.get(who);
      this.waiting.delete(who);
      draw?.();
    }
    if (due.length > 0) this.timer = setTimeout(() => this.drawNext(due));
    else {
      this.timer = undefined;
      this.soon();
    }
  }
}
