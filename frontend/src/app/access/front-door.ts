import { DOCUMENT } from '@angular/common';
import { Component, DestroyRef, inject, input } from '@angular/core';

/** A page for those who are not in yet: nothing else is to be seen or reached. */
@Component({
  selector: 'apt-front-door',
  template: `
    <section class="panel" aria-labelledby="front-door">
      <header>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <rect width="24" height="24" rx="6.5" />
          <path d="M4.5 12.5h3.2l2.2-5.6 3.9 10.2 2.4-6.4.9 1.8h2.4" />
        </svg>
        <div>
          <p>{{ lead() }}</p>
          <h1 id="front-door">{{ heading() }}</h1>
        </div>
      </header>
      <ng-content />
    </section>
  `,
  styles: `
    :host {
      position: fixed;
      z-index: 30;
      inset: 0;
      display: grid;
      justify-items: center;
      align-items: start;
      padding: min(14vh, 120px) 16px 24px;
      background: var(--bg);
      overflow-y: auto;
    }
    section {
      display: grid;
      gap: 18px;
      width: 100%;
      max-width: 380px;
      padding: 26px 26px 24px;
    }
    header {
      display: flex;
      align-items: center;
      gap: 12px;
    }
    svg {
      width: 36px;
      height: 36px;
      fill: none;
      stroke: var(--surface);
      stroke-width: 1.7;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    rect {
      fill: var(--accent-strong);
      stroke: none;
    }
    p {
      margin: 0;
      color: var(--muted);
    }
    h1 {
      margin: 0;
      font-size: 19px;
      font-weight: 650;
      letter-spacing: -0.012em;
    }
  `,
})
export class FrontDoor {
  readonly lead = input.required<string>();
  readonly heading = input.required<string>();

  constructor() {
    const hidden = inject(DOCUMENT).querySelectorAll('apt-sidebar, apt-notices, .skip');
    for (const element of hidden) element.toggleAttribute('inert', true);
    inject(DestroyRef).onDestroy(() => {
      for (const element of hidden) element.toggleAttribute('inert', false);
    });
  }
}
