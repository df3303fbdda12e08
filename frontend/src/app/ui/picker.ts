import { Component, inject, input, output } from '@angular/core';
import { Field } from './field';

export interface PickerOption {
  value: string;
  label: string;
}

/**
 * A choice of one from few: the platform's own select, so that keyboard and phone know it. In an
 * `<apt-field>` it is named by it.
 */
@Component({
  selector: 'apt-picker',
  template: `
    <select
      [attr.id]="field?.controlId()"
      [attr.aria-label]="field ? null : label()"
      [attr.aria-describedby]="field?.describedBy()"
      [attr.aria-invalid]="field?.invalid()"
      [attr.data-testid]="testid() || null"
      [class.calm]="!field"
      [disabled]="disabled()"
      (change)="chosen.emit(picked($event))"
    >
      @for (option of options(); track option.value) {
        <option [value]="option.value" [selected]="option.value === value()">
          {{ option.label }}
        </option>
      }
    </select>
  `,
  styles: `
    :host {
      display: inline-block;
      min-width: 0;
    }
    select {
      width: 100%;
    }
    /* Among buttons it is one of them; in a form it is a field. */
    .calm {
      border-color: var(--border);
      font-weight: 500;
      &:hover {
        border-color: var(--border-strong);
      }
    }
  `,
})
export class Picker {
  /** Not needed in an `<apt-field>`. */
  readonly label = input('');
  readonly options = input.required<readonly PickerOption[]>();
  readonly value = input.required<string>();
  readonly testid = input('');
  readonly disabled = input(false);
  readonly chosen = output<string>();
  protected readonly field = inject(Field, { optional: true });

  protected picked(event: Event): string {
    return (event.target as HTMLSelectElement).value;
  }
}
