import { Component, input, model } from '@angular/core';
import { Icon } from './icon';
import type { IconName } from './icon';

export interface ToggleOption {
  value: string;
  label: string;
  icon?: IconName;
}

/** Two or three ways to see the same thing. */
@Component({
  selector: 'apt-toggle',
  imports: [Icon],
  template: `
    <div role="group" [attr.aria-label]="label()">
      @for (option of options(); track option.value) {
        <button
          type="button"
          [attr.aria-pressed]="option.value === value()"
          (click)="value.set(option.value)"
        >
          @if (option.icon; as icon) {
            <apt-icon [name]="icon" />
          }
          {{ option.label }}
        </button>
      }
    </div>
  `,
  styles: `
    div {
      display: inline-flex;
      height: var(--control-s);
      padding: 2px;
      border-radius: var(--radius-m);
      background: var(--sunken);
    }
    button {
      display: inline-flex;
      align-items: center;
      gap: var(--space-1);
      padding: 0 var(--space-2);
      border: 0;
      border-radius: var(--radius-s);
      background: none;
      color: var(--muted);
      font: inherit;
      font-size: var(--text-s);
      white-space: nowrap;
      cursor: pointer;
      &:hover {
        color: var(--text);
      }
      &:focus-visible {
        outline-offset: 0;
      }
      &[aria-pressed='true'] {
        background: var(--surface);
        color: var(--text);
        font-weight: 550;
        box-shadow: 0 0 0 1px var(--border);
      }
    }
  `,
})
export class Toggle {
  readonly label = input.required<string>();
  readonly options = input.required<readonly ToggleOption[]>();
  readonly value = model.required<string>();
}
