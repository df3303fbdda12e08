import { Component, Directive, computed, inject, input } from '@angular/core';
import { words } from '../i18n/language';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

let lastId = 0;

/**
 * A label, a control and what there is to say about it. The control is marked `aptControl` (or is
 * an `<apt-picker>`), and finds its name, hint, error and state here:
 *
 * ```html
 * <apt-field [label]="words().name" [error]="problems()['name']" required>
 *   <input aptControl [value]="form().name" (input)="…" />
 * </apt-field>
 * ```
 */
@Component({
  selector: 'apt-field',
  template: `
    <label [attr.for]="controlId()"
      >{{ label() }}
      @if (required()) {
        <span class="required" aria-hidden="true">*</span>
      } @else if (optional()) {
        <span>({{ words().optional }})</span>
      }
    </label>
    <div class="control">
      <ng-content />
      @if (unit()) {
        <span [id]="unitId" class="unit">{{ unit() }}</span>
      }
    </div>
    <div class="about" [id]="aboutId">
      @if (error()) {
        <p class="error" [attr.data-testid]="errorTestid() || null">{{ error() }}</p>
      } @else if (hint()) {
        <p class="hint">{{ hint() }}</p>
      }
    </div>
  `,
  styles: `
    :host {
      display: grid;
      align-content: start;
      gap: var(--space-1);
      min-width: 0;
    }
    label,
    .hint,
    .unit {
      color: var(--muted);
      font-size: var(--text-s);
    }
    label {
      justify-self: start;
      max-width: 100%;
      overflow-wrap: anywhere;
    }
    .required,
    .error {
      color: var(--bad);
    }
    .control {
      display: flex;
      align-items: center;
      gap: var(--space-2);
    }
    .unit {
      flex: none;
    }
    .about:empty {
      display: none;
    }
    p {
      margin: 0;
      font-size: var(--text-s);
      overflow-wrap: anywhere;
    }
  `,
})
export class Field {
  readonly label = input.required<string>();
  readonly hint = input('');
  /** Takes the place of the hint. */
  readonly error = input<string>();
  readonly unit = input('');
  readonly required = input(false, { transform: (value: boolean | '') => value !== false });
  /** Said in words, where most fields of the form must be filled in. */
  readonly optional = input(false);
  /** Of the control; absent: one of its own. */
  readonly for = input('');
  readonly errorTestid = input('');

  protected readonly words = words({ en: uiEn, de: uiDe });
  private readonly id = `field-${(lastId += 1)}`;
  protected readonly aboutId = `${this.id}-about`;
  protected readonly unitId = `${this.id}-unit`;
  readonly controlId = computed(() => this.for() || this.id);
  /** What a screen reader says after the name of the control. */
  readonly describedBy = computed(() =>
    this.unit() === '' ? this.aboutId : `${this.unitId} ${this.aboutId}`,
  );
  readonly invalid = computed(() => (this.error() ? 'true' : null));
}

/** The control of an {@link Field}. */
@Directive({
  selector: 'input[aptControl], select[aptControl], textarea[aptControl]',
  host: {
    '[id]': 'field.controlId()',
    '[attr.aria-describedby]': 'field.describedBy()',
    '[attr.aria-invalid]': 'field.invalid()',
    '[attr.aria-required]': "field.required() ? 'true' : null",
  },
})
export class Control {
  protected readonly field = inject(Field);
}
