import { DOCUMENT } from '@angular/common';
import { Component, DestroyRef, inject, input } from '@angular/core';
import { Logo } from '../ui/logo';

/** A page for those who are not in yet: nothing else is to be seen or reached. */
@Component({
  selector: 'apt-front-door',
  imports: [Logo],
  template: `
    <section class="panel" aria-labelledby="front-door">
      <header>
        <apt-logo />
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
      padding: min(14vh, 120px) var(--space-4) var(--space-6);
      background: var(--bg);
      overflow-y: auto;
    }
    section {
      display: grid;
      gap: var(--space-4);
      width: 100%;
      max-width: 380px;
      padding: var(--space-6) var(--space-6) var(--space-6);
    }
    header {
      display: flex;
      align-items: center;
      gap: var(--space-3);
    }
    apt-logo {
      zoom: 1.5;
    }
    p {
      margin: 0;
      color: var(--muted);
    }
    h1 {
      margin: 0;
      font-size: var(--text-xl);
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
