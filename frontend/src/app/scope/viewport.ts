import { DOCUMENT } from '@angular/common';
import { DestroyRef, Service, inject, signal } from '@angular/core';

/** Sidebar and margins. */
const BESIDE_PX = 260;
/** Coarse, so that dragging the edge of the window does not ask for figures at every step. */
const STEP_PX = 100;

/** The room that a chart over the whole page has. */
@Service()
export class Viewport {
  private readonly view = inject(DOCUMENT).defaultView;
  private readonly measured = signal(this.measure());
  /** Pixels, in steps. */
  readonly width = this.measured.asReadonly();

  constructor() {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onResize = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => this.measured.set(this.measure()), 300);
    };
    this.view?.addEventListener('resize', onResize);
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(timer);
      this.view?.removeEventListener('resize', onResize);
    });
  }

  private measure(): number {
    const whole = this.view?.innerWidth ?? 1200;
    const room = whole < 1000 ? whole - 60 : whole - BESIDE_PX;
    return Math.max(300, Math.floor(room / STEP_PX) * STEP_PX);
  }
}
