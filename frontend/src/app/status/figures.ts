import { Component, input } from '@angular/core';

export interface StatusFigure {
  label: string;
  value: string;
  note?: string;
  tone?: 'good' | 'bad' | 'warn' | 'neutral';
  testid?: string;
}

/** Figures with their names, as many beside each other as there is room for. */
@Component({
  selector: 'apt-figures',
  template: `
    <dl>
      @for (figure of figures(); track figure.label) {
        <div>
          <dt>{{ figure.label }}</dt>
          <dd [class]="figure.tone ?? ''" [attr.data-testid]="figure.testid ?? null">
            <bdi>{{ figure.value }}</bdi>
          </dd>
          @if (figure.note) {
            <dd class="note">{{ figure.note }}</dd>
          }
        </div>
      }
    </dl>
  `,
  styles: `
    dl {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(118px, 1fr));
      gap: var(--space-3) var(--space-4);
      margin: 2px 0 0;
    }
    dt {
      color: var(--muted);
      font-size: var(--text-s);
    }
    dd {
      margin: 0;
      font-size: var(--text-xl);
      font-weight: 620;
      overflow-wrap: anywhere;
    }
    .note {
      color: var(--muted);
      font-size: var(--text-s);
      font-weight: 400;
    }
  `,
})
export class Figures {
  readonly figures = input.required<readonly StatusFigure[]>();
}
