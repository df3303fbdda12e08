import { DOCUMENT } from '@angular/common';
import { DestroyRef, Service, inject } from '@angular/core';
import { Appearance } from '../theme/appearance';

/** A second key of a chord is waited for so long, milliseconds. */
export const CHORD_MS = 1200;

/** What is typed into belongs to the field, not to the page. */
export const TYPED_INTO = 'input, textarea, select, [contenteditable], [role="combobox"]';
/** What the space bar and the enter key already mean something to. */
const PRESSED = 'button, a[href], summary, [role="button"], [role="tab"], label';

/** Single keys and chords (`g a`), off where one types, in dialogs, and where the reader wants none. */
@Service()
export class Shortcuts {
  private readonly document = inject(DOCUMENT);
  private readonly appearance = inject(Appearance);
  private readonly bound = new Map<string, () => void>();
  private first: { key: string; at: number } | undefined;

  constructor() {
    const listen = (event: KeyboardEvent): void => this.press(event, Date.now());
    this.document.addEventListener('keydown', listen);
    inject(DestroyRef).onDestroy(() => this.document.removeEventListener('keydown', listen));
  }

  /**
   * @param keys as `KeyboardEvent.key` gives them, two of them with a space between; `space` is ' '
   * @returns takes the binding back
   */
  bind(keys: string, run: () => void): () => void {
    this.bound.set(keys, run);
    return () => {
      if (this.bound.get(keys) === run) this.bound.delete(keys);
    };
  }

  private press(event: KeyboardEvent, now: number): void {
    if (event.defaultPrevented || event.isComposing || !this.listens(event)) return;
    const key = event.key === ' ' ? 'space' : event.key;
    const first = this.first;
    this.first = undefined;
    const isChord = first !== undefined && now - first.at <= CHORD_MS;
    const chord = isChord ? this.bound.get(`${first.key} ${key}`) : undefined;
    const run = chord ?? this.bound.get(key);
    if (run !== undefined) {
      event.preventDefault();
      run();
    } else if ([...this.bound.keys()].some((keys) => keys.startsWith(`${key} `))) {
      this.first = { key, at: now };
    }
  }

  private listens(event: KeyboardEvent): boolean {
    if (!this.appearance.shortcuts()) return false;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const at = event.target instanceof Element ? event.target : null;
    // A menu has its own keys; Escape closes it.
    if (at?.closest(`${TYPED_INTO}, [popover]`)) return false;
    if ((event.key === ' ' || event.key === 'Enter') && at?.closest(PRESSED)) return false;
    return this.document.querySelector('dialog:modal') === null;
  }
}
