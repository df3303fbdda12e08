import { Component } from '@angular/core';

/** The mark of the product: a pulse, and the moment that is now. */
@Component({
  selector: 'apt-logo',
  template: `
    <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <rect width="24" height="24" rx="6.5" />
      <path d="M4.5 13h3.300l2.500-6 3.600 11 2.300-5h1.600" />
      <circle cx="18.600" cy="7.200" r="2" />
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
    }
    svg {
      width: 24px;
      height: 24px;
    }
    rect {
      fill: var(--accent-strong);
    }
    path {
      fill: none;
      stroke: var(--on-accent);
      stroke-width: 2;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    circle {
      fill: var(--on-accent);
    }
  `,
})
export class Logo {}
