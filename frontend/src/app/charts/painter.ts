import { DOCUMENT } from '@angular/common';
import { DestroyRef, Service, inject } from '@angular/core';

/** Charts are painted at most four times a second. */
export const PAINT_GAP_MS = 250;

/**
 * Draws for all charts of the page: what comes in quick succession is drawn once, together, and a
 * hidden page not at all until it is seen again.
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

  private soon(): void {
    if (this.timer !== undefined || this.waiting.size === 0 || this.document.hidden) return;
    const wait = Math.max(0, this.paintedAt + PAINT_GAP_MS - performance.now());
    this.timer = setTimeout(() => this.frame(), wait);
  }

  private frame(): void {
    this.timer = undefined;
    if (this.document.hidden) return;
    this.paintedAt = performance.now();
    const draws = [...this.waiting.values()];
    this.waiting.clear();
    for (const draw of draws) draw();
  }
}
