import type { OnDestroy } from '@angular/core';
import { Directive, ElementRef, effect, inject, input } from '@angular/core';
import { Tooltips } from './tooltips';

const DELAY_MS = 350;

/**
 * A word for what only a shape stands for, seen by pointer and by keyboard alike. It never says
 * what is said nowhere else: give a button without a word an `aria-label` too.
 */
@Directive({
  selector: '[aptTooltip]',
  host: {
    '(pointerenter)': 'await($event)',
    '(pointerleave)': 'leave()',
    '(focus)': 'onFocus()',
    '(blur)': 'hide()',
    '(click)': 'hide()',
  },
})
export class Tooltip implements OnDestroy {
  /** Empty: none. */
  readonly aptTooltip = input.required<string>();
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly tooltips = inject(Tooltips);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private shown = false;

  constructor() {
    effect(() => {
      const text = this.aptTooltip();
      if (this.shown && text !== '') this.tooltips.show(this.host, text);
    });
  }

  ngOnDestroy(): void {
    this.hide();
  }

  protected await({ pointerType }: PointerEvent): void {
    // A finger presses at once; it has no place where it only points.
    if (pointerType === 'touch') return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), DELAY_MS);
  }

  protected onFocus(): void {
    if (!this.host.matches(':focus-visible')) return;
    clearTimeout(this.timer);
    // A menu that closes gives the focus back in the midst of closing: nothing can open then.
    this.timer = setTimeout(() => this.show());
  }

  protected leave(): void {
    clearTimeout(this.timer);
    if (this.shown && !this.host.matches(':focus-visible')) {
      this.shown = false;
      this.tooltips.leave(this.host);
    }
  }

  protected hide(): void {
    clearTimeout(this.timer);
    this.shown = false;
    this.tooltips.hide(this.host);
  }

  private show(): void {
    const text = this.aptTooltip();
    if (text === '') return;
    this.shown = true;
    this.tooltips.show(this.host, text);
  }
}
