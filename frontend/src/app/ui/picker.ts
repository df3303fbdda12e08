import { Component, input, output } from '@angular/core';
import { Icon } from './icon';

export interface PickerOption {
  value: string;
  label: string;
}

/** A choice of one from few: the platform's own select, so that keyboard and phone know it. */
@Component({
  selector: 'apt-picker',
  imports: [Icon],
  template: `
    <select
      [attr.aria-label]="label()"
      [attr.data-testid]="testid() || null"
      (change)="chosen.emit(picked($event))"
    >
      @for (option of options(); track option.value) {
        <option [value]="option.value" [selected]="option.value === value()">
          {{ option.label }}
        </option>
      }
    </select>
    <apt-icon name="chevron" />
  `,
  styles: `
    :host {
      position: relative;
      display: inline-block;
      min-width: 0;
    }
    select {
      width: 100%;
      height: 32px;
      padding: 0 28px 0 11px;
      border: 1px solid var(--border);
      border-radius: 8px;
      background: var(--surface);
      color: inherit;
      font: inherit;
      font-weight: 500;
      text-overflow: ellipsis;
      appearance: none;
      cursor: pointer;
      &:hover {
        border-color: var(--border-strong);
      }
    }
    apt-icon {
      position: absolute;
      top: 9px;
      right: 9px;
      color: var(--muted);
      pointer-events: none;
    }
  `,
})
export class Picker {
  readonly label = input.required<string>();
  readonly options = input.required<readonly PickerOption[]>();
  readonly value = input.required<string>();
  readonly testid = input('');
  readonly chosen = output<string>();

  protected picked(event: Event): string {
    return (event.target as HTMLSelectElement).value;
  }
}
