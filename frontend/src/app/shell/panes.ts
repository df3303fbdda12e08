import { Service, signal } from '@angular/core';

export type Pane = 'palette' | 'help' | 'messages';

/** What lies over the page, at most one at a time. */
@Service()
export class Panes {
  private readonly shown = signal<Pane | null>(null);
  readonly current = this.shown.asReadonly();

  open(pane: Pane): void {
    this.shown.set(pane);
  }

  close(): void {
    this.shown.set(null);
  }
}
