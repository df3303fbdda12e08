import { Component, input } from '@angular/core';
import type { Delta, Figure } from '../format/format';
import { words } from '../i18n/language';
import { Sparkline } from '../ui/sparkline';
import { panelsDe } from './words.de';
import { panelsEn } from './words.en';

/** One headline figure with its change and its course. */
@Component({
  selector: 'apt-kpi',
  imports: [Sparkline],
  template: `
    <h2>{{ label() }}</h2>
    <p class="figure">
      <span [attr.data-testid]="testid() || null">{{ figure().value }}</span>
      @if (figure().unit) {
        <small>{{ figure().unit }}</small>
      }
      @if (extra()) {
        <small>· {{ extra() }}</small>
      }
    </p>
    <div class="foot">
      @if (change(); as change) {
        <span [class]="change.tone" [title]="words().against">
          {{ change.text }}<span class="sr-only"> {{ words().againstSpoken }}</span>
        </span>
      } @else {
        <span class="muted">{{ note() }}</span>
      }
      @if (course().length > 1) {
        <apt-sparkline [values]="course()" />
      }
    </div>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
      padding: var(--space-3) var(--space-4) var(--space-3);
    }
    h2 {
      margin: 0 0 var(--space-1);
      color: var(--muted);
      font-size: var(--text-m);
      font-weight: 500;
    }
    .figure {
      margin: 0;
      font-size: var(--text-figure);
      font-weight: 640;
      letter-spacing: -0.02em;
      line-height: 1.2;
      white-space: nowrap;
    }
    small {
      margin-inline-start: 2px;
      color: var(--muted);
      font-size: var(--text-m);
      font-weight: 450;
      letter-spacing: 0;
    }
    .foot {
      display: flex;
      align-items: flex-end;
      justify-content: space-between;
      gap: var(--space-3);
      height: 24px;
      font-size: var(--text-m);
      white-space: nowrap;
    }
    apt-sparkline {
      flex: 0 1 76px;
      min-width: 30px;
      height: 20px;
    }
  `,
})
export class Kpi {
  protected readonly words = words({ en: panelsEn.kpi, de: panelsDe.kpi });
  readonly label = input.required<string>();
  readonly figure = input.required<Figure>();
  /** A second figure, small. */
  readonly extra = input('');
  readonly change = input<Delta | null>(null);
  /** Stands where there is no change to tell. */
  readonly note = input('');
  readonly course = input<readonly (number | null)[]>([]);
  readonly testid = input('');
}
