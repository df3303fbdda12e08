import { Component, computed, input } from '@angular/core';

/** How far something is, or that it is under way. */
@Component({
  selector: 'apt-progress',
  template: `<span [style.width.%]="percent()"></span>`,
  styles: `
    :host {
      display: block;
      height: 4px;
      border-radius: 2px;
      background: var(--sunken);
      overflow: hidden;
    }
    span {
      display: block;
      height: 100%;
      border-radius: 2px;
      background: var(--accent);
      transition: width var(--calm);
    }
    @media (prefers-reduced-motion: no-preference) {
      :host(.endless) span {
        animation: pass 1.4s ease-in-out infinite;
      }
    }
    @keyframes pass {
      from {
        translate: -100%;
      }
      to {
        translate: 250%;
      }
    }
    @media (forced-colors: active) {
      :host {
        border: 1px solid;
      }
      span {
        background: Highlight;
        forced-color-adjust: none;
      }
    }
  `,
  host: {
    role: 'progressbar',
    'aria-valuemin': '0',
    'aria-valuemax': '100',
    '[attr.aria-label]': 'label()',
    '[attr.aria-valuenow]': 'value()',
    '[class.endless]': 'value() === null',
  },
})
export class Progress {
  readonly label = input.required<string>();
  /** 0–100; null: nobody knows how far. */
  readonly value = input<number | null>(null);
  protected readonly percent = computed(() => this.value() ?? 40);
}
