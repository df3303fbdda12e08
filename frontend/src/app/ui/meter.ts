import { Component, input } from '@angular/core';

/** A score of 0–100 as a bar beside its figure. */
@Component({
  selector: 'apt-meter',
  template: `<span class="bar" [style.width.%]="score() ?? 0"></span>`,
  styles: `
    :host {
      display: block;
      height: 4px;
      border-radius: 2px;
      background: var(--sunken);
      overflow: hidden;
    }
    .bar {
      display: block;
      height: 100%;
      border-radius: 2px;
      background: var(--accent);
    }
  `,
  host: { 'aria-hidden': 'true' },
})
export class Meter {
  readonly score = input.required<number | null>();
}
