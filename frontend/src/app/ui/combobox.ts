import { Component, computed, inject, input, linkedSignal, output, signal } from '@angular/core';
import { viewChild } from '@angular/core';
import type { ElementRef } from '@angular/core';
import { words } from '../i18n/language';
import { Field } from './field';
import { ranked } from './fuzzy';
import { Icon } from './icon';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

export interface ComboboxOption {
  value: string;
  label: string;
  /** Found by this as well. */
  also?: string;
}

/** More than fits on a screen is narrowed by typing. */
const MOST_SHOWN = 50;
const LEAST_WIDTH_PX = 240;
let lastId = 0;

/**
 * A choice of one from many: typed letters narrow the list, which stays small however many there
 * are. Nothing is chosen until a line is taken; what was typed else is forgotten. (Keys and roles
 * as in the ARIA Authoring Practices Guide, "Combobox Pattern", list autocomplete, manual choice.)
 */
@Component({
  selector: 'apt-combobox',
  imports: [Icon],
  templateUrl: './combobox.html',
  styleUrl: './combobox.css',
})
export class Combobox {
  /** Not needed in an `<apt-field>`. */
  readonly label = input('');
  readonly options = input.required<readonly ComboboxOption[]>();
  /** Empty: none of them. */
  readonly value = input.required<string>();
  /** What it is called when none is chosen. */
  readonly none = input.required<string>();
  readonly testid = input('');
  readonly chosen = output<string>();

  protected readonly words = words({ en: uiEn, de: uiDe });
  protected readonly field = inject(Field, { optional: true });
  protected readonly id = `combobox-${(lastId += 1)}`;
  private readonly box = viewChild.required<ElementRef<HTMLInputElement>>('box');
  private readonly popup = viewChild.required<ElementRef<HTMLElement>>('popup');

  protected readonly open = signal(false);
  /** Undefined: nothing was typed since the list was opened. */
  protected readonly typed = signal<string | undefined>(undefined);
  protected readonly shown = computed(
    () =>
      this.typed() ??
      (this.value() === ''
        ? ''
        : (this.options().find(({ value }) => value === this.value())?.label ?? this.value())),
  );
  private readonly fitting = computed(() => {
    const entries = this.options().map((option) => ({ ...option, id: option.value }));
    return ranked(entries, this.typed() ?? '', [], Infinity);
  });
  protected readonly lines = computed<readonly ComboboxOption[]>(() => {
    if (!this.open()) return [];
    const found = this.fitting().slice(0, MOST_SHOWN);
    const isWhole = (this.typed() ?? '') === '';
    return isWhole ? [{ value: '', label: this.none() }, ...found] : found;
  });
  protected readonly unseen = computed(() => Math.max(0, this.fitting().length - MOST_SHOWN));
  /** The line that Enter takes: the best one that was found, or what is chosen. */
  protected readonly at = linkedSignal<string | undefined, number>({
    source: this.typed,
    computation: () => 0,
  });

  protected type(event: Event): void {
    this.typed.set((event.target as HTMLInputElement).value);
    this.show();
  }

  protected press(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      if (this.open()) this.move(step);
      else this.show();
    } else if (event.key === 'Enter' && this.open()) {
      this.take(this.lines()[this.at()]);
    } else if (event.key === 'Escape' && this.open()) {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  protected show(): void {
    if (this.open()) return;
    this.open.set(true);
    const chosen = this.lines().findIndex(({ value }) => value === this.value());
    if (this.typed() === undefined) this.at.set(Math.max(0, chosen));
    this.place();
    this.popup().nativeElement.showPopover();
    this.reveal();
  }

  /** To be left means to be closed; an emptied field means none. */
  protected leave(): void {
    const emptied = this.typed() === '' && this.value() !== '';
    this.close();
    if (emptied) this.chosen.emit('');
  }

  protected take(line: ComboboxOption | undefined): void {
    if (line === undefined) return;
    this.close();
    if (line.value !== this.value()) this.chosen.emit(line.value);
  }

  private close(): void {
    this.typed.set(undefined);
    if (!this.open()) return;
    this.open.set(false);
    this.popup().nativeElement.hidePopover();
    // What was typed is forgotten, also where the shown text stays the same to the template.
    this.box().nativeElement.value = this.shown();
  }

  private move(step: number): void {
    const count = this.lines().length;
    if (count === 0) return;
    this.at.update((at) => (at + step + count) % count);
    this.reveal();
  }

  /** The list is painted with the next frame. */
  private reveal(): void {
    setTimeout(() =>
      this.popup()
        .nativeElement.querySelector('[aria-selected=true]')
        ?.scrollIntoView({ block: 'nearest' }),
    );
  }

  /** Below the field, or above it where there is more room; never beyond the page. */
  private place(): void {
    const popup = this.popup().nativeElement;
    const { left, top, bottom, width } = this.box().nativeElement.getBoundingClientRect();
    const { clientWidth, clientHeight } = popup.ownerDocument.documentElement;
    const [above, below] = [top - 12, clientHeight - bottom - 12];
    const isBelow = below >= Math.min(above, 280);
    const wide = Math.min(Math.max(width, LEAST_WIDTH_PX), clientWidth - 16);
    const from = Math.max(8, Math.min(left, clientWidth - wide - 8));
    popup.style.inset = [
      isBelow ? `${bottom + 4}px` : 'auto',
      'auto',
      isBelow ? 'auto' : `${clientHeight - top + 4}px`,
      `${from}px`,
    ].join(' ');
    popup.style.setProperty('--wide', `${wide}px`);
    popup.style.setProperty('--room', `${isBelow ? below : above}px`);
  }
}
