import { DOCUMENT } from '@angular/common';
import { ApplicationRef, Service, inject } from '@angular/core';
import { Painter } from '../charts/painter';
import { Theme } from './theme';

/**
 * Makes the page fit for paper before the browser takes its picture of it: light, and all that is
 * usually drawn only when it comes into sight. The browser waits for nothing, so all is done at once.
 */
@Service()
export class Paper {
  private readonly application = inject(ApplicationRef);
  private readonly painter = inject(Painter);
  private readonly theme = inject(Theme);

  constructor() {
    const view = inject(DOCUMENT).defaultView;
    const media = view?.matchMedia('print');
    media?.addEventListener('change', ({ matches }) => this.turn(matches));
    view?.addEventListener('beforeprint', () => this.turn(true));
    view?.addEventListener('afterprint', () => this.turn(media?.matches ?? false));
  }

  private turn(printing: boolean): void {
    if (printing === this.theme.printing()) return;
    this.theme.printing.set(printing);
    this.application.tick();
    if (printing) this.painter.paintNow();
  }
}
