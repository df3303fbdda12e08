import type { ElementRef } from '@angular/core';
import {
  Component,
  afterNextRender,
  inject,
  Injector,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { words } from '../i18n/language';
import { benchmarksDe } from './words.de';
import { benchmarksEn } from './words.en';

/** A figure in a table that becomes a field when pressed. Enter saves, Escape leaves it. */
@Component({
  selector: 'apt-figure-cell',
  template: `
    @if (editing()) {
      <input
        #field
        type="number"
        min="0"
        step="any"
        [max]="max()"
        [value]="value()"
        [attr.aria-label]="label() + ', ' + unit()"
        (keydown.enter)="commit(field.valueAsNumber)"
        (keydown.escape)="editing.set(false)"
        (blur)="commit(field.valueAsNumber)"
      />
      <span class="muted">{{ unit() }}</span>
    } @else {
      <button
        type="button"
        [attr.aria-label]="words().press(label(), shown())"
        data-write="operate everywhere"
        (click)="edit()"
      >
        {{ shown() }}
      </button>
    }
  `,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      justify-content: flex-end;
      gap: var(--space-1);
    }
    button {
      min-width: 60px;
      height: 26px;
      padding: 0 var(--space-2);
      border: 1px solid transparent;
      border-radius: var(--radius-s);
      background: none;
      color: inherit;
      font: inherit;
      text-align: end;
      cursor: text;
      &:hover {
        border-color: var(--border-strong);
        background: var(--surface);
      }
    }
    /* Figures are to be read, also by who may not change them. */
    button[data-held] {
      opacity: 1;
      cursor: default;
    }
    input {
      width: 96px;
      height: 26px;
      text-align: end;
    }
  `,
})
export class FigureCell {
  readonly label = input.required<string>();
  readonly value = input.required<number>();
  readonly shown = input.required<string>();
  readonly unit = input.required<string>();
  readonly max = input.required<number>();
  /** A number that is allowed and differs. */
  readonly changed = output<number>();

  protected readonly words = words({ en: benchmarksEn, de: benchmarksDe });
  protected readonly editing = signal(false);
  private readonly injector = inject(Injector);
  private readonly field = viewChild<ElementRef<HTMLInputElement>>('field');

  protected edit(): void {
    this.editing.set(true);
    afterNextRender(() => this.field()?.nativeElement.select(), { injector: this.injector });
  }

  protected commit(value: number): void {
    // Removing the field blurs it: the second call finds nothing to do.
    if (!this.editing()) return;
    this.editing.set(false);
    const allowed = Number.isFinite(value) && value >= 0 && value <= this.max();
    if (allowed && value !== this.value()) this.changed.emit(value);
  }
}
