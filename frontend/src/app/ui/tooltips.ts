import { DOCUMENT } from '@angular/common';
import { Service, inject } from '@angular/core';

const GAP_PX = 6;
const EDGE_PX = 8;
/** Long enough to move the pointer onto the tooltip, milliseconds. */
const STAY_MS = 120;

/** The one tooltip of the page. It lies in the top layer, so that dialogs do not hide it. */
@Service()
export class Tooltips {
  private readonly document = inject(DOCUMENT);
  private tip: HTMLElement | undefined;
  private about: Element | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    // The first Escape is for the tooltip, the next for what lies below it.
    event.preventDefault();
    event.stopPropagation();
    this.hide(this.about);
  };

  show(about: Element, text: string): void {
    clearTimeout(this.timer);
    this.tip ??= this.make();
    if (this.about !== about) this.hide(this.about);
    this.about = about;
    // Inside a modal dialog, or the pointer could not go onto it; else in a landmark.
    const home = about.closest('dialog, main, header') ?? this.document.body;
    if (this.tip.parentElement !== home) home.append(this.tip);
    this.tip.textContent = text;
    this.tip.showPopover();
    this.place(this.tip, about.getBoundingClientRect());
    if (about.getAttribute('aria-label') !== text)
      about.setAttribute('aria-describedby', this.tip.id);
    this.document.addEventListener('keydown', this.onKey, true);
  }

  /** Soon, unless the pointer goes on to the tooltip itself. */
  leave(about: Element): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(about), STAY_MS);
  }

  hide(about: Element | undefined): void {
    const { tip } = this;
    if (tip === undefined || about === undefined || this.about !== about) return;
    clearTimeout(this.timer);
    if (about.getAttribute('aria-describedby') === tip.id)
      about.removeAttribute('aria-describedby');
    this.about = undefined;
    tip.hidePopover();
    this.document.removeEventListener('keydown', this.onKey, true);
  }

  private make(): HTMLElement {
    const tip = this.document.createElement('div');
    tip.id = 'tooltip';
    tip.className = 'tooltip';
    tip.setAttribute('role', 'tooltip');
    tip.popover = 'manual';
    tip.addEventListener('pointerenter', () => clearTimeout(this.timer));
    tip.addEventListener('pointerleave', () => this.about && this.leave(this.about));
    return tip;
  }

  /** Below, or above where there is no room; never beyond the window. */
  private place(tip: HTMLElement, at: DOMRect): void {
    const { clientWidth, clientHeight } = this.document.documentElement;
    const { width, height } = tip.getBoundingClientRect();
    const below = at.bottom + GAP_PX + height + EDGE_PX <= clientHeight;
    const left = at.left + (at.width - width) / 2;
    tip.style.left = `${Math.max(EDGE_PX, Math.min(left, clientWidth - width - EDGE_PX))}px`;
    tip.style.top = `${below ? at.bottom + GAP_PX : at.top - GAP_PX - height}px`;
  }
}
