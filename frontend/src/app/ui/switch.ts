import { Component, input, model } from '@angular/core';

/** On or off, at once. The whole line can be pressed. */
@Component({
  selector: 'apt-switch',
  template: `
    <label [class.apart]="apart()">
      <span class="text"
        >{{ label() }}
        @if (why()) {
          <small>{{ why() }}</small>
        }
      </span>
      <input
        type="checkbox"
        class="switch"
        role="switch"
        [attr.data-testid]="testid() || null"
        [checked]="checked()"
        [disabled]="disabled()"
        (change)="checked.set(!checked())"
      />
    </label>
  `,
  styles: `
    :host {
      display: block;
    }
    label {
      display: flex;
      flex-direction: row-reverse;
      align-items: center;
      justify-content: flex-end;
      gap: var(--space-2h);
      min-height: var(--control);
      cursor: pointer;
    }
    .apart {
      flex-direction: row;
      justify-content: space-between;
      gap: var(--space-4);
    }
    .text {
      min-width: 0;
    }
    small {
      display: block;
      color: var(--muted);
      font-size: var(--text-s);
    }
  `,
})
export class Switch {
  readonly label = input.required<string>();
  readonly why = input('');
  readonly testid = input('');
  readonly disabled = input(false);
  /** Whether the switch stands at the far end of the line, as in a list of settings. */
  readonly apart = input(false);
  readonly checked = model.required<boolean>();
}
