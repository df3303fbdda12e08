import { Component, input, model } from '@angular/core';

/** A choice of one from few, by words in a row. */
@Component({
  selector: 'apt-segments',
  template: `
    <div role="group" [attr.aria-label]="label()">
      @for (option of options(); track option.value) {
        <button
          type="button"
          [attr.data-testid]="'segment-' + option.value"
          [attr.aria-pressed]="option.value === value()"
          (click)="value.set(option.value)"
        >
          {{ option.label }}
        </button>
      }
    </div>
  `,
  styles: `
    div {
      display: inline-flex;
      padding: 2px;
      border-radius: var(--radius-m);
      background: var(--sunken);
    }
    button {
      height: 24px;
      padding: 0 var(--space-2);
      border: 0;
      border-radius: var(--radius-s);
      background: none;
      color: var(--muted);
      font: inherit;
      font-size: var(--text-s);
      white-space: nowrap;
      cursor: pointer;
      &[aria-pressed='true'] {
        background: var(--surface);
        color: var(--text);
        font-weight: 550;
        box-shadow: 0 0 0 1px var(--border);
      }
    }
  `,
})
export class Segments<T extends string> {
  readonly label = input.required<string>();
  readonly options = input.required<readonly { value: T; label: string }[]>();
  readonly value = model.required<T>();
}
