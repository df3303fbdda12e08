import { DOCUMENT } from '@angular/common';
import { Service, computed, effect, inject } from '@angular/core';
import { words } from '../i18n/language';
import { LiveFeed } from '../live/live-feed';
import { Toasts } from '../ui/toasts';
import { shellDe } from './words.de';
import { shellEn } from './words.en';

/** While the tracker is away, what writes to it (marked `data-write`) is held back, not lost. */
@Service()
export class LinkGuard {
  private readonly document = inject(DOCUMENT);
  private readonly live = inject(LiveFeed);
  private readonly toasts = inject(Toasts);
  private readonly words = words({ en: shellEn.notice, de: shellDe.notice });
  readonly away = computed(() => this.live.state() === 'stale');

  constructor() {
    effect(() => {
      const { documentElement: root } = this.document;
      if (this.away()) root.dataset['offline'] = '';
      else delete root.dataset['offline'];
      for (const one of this.document.querySelectorAll('[data-write]')) {
        if (this.away()) one.setAttribute('aria-disabled', 'true');
        else one.removeAttribute('aria-disabled');
      }
    });
    for (const event of ['click', 'submit']) {
      this.document.addEventListener(event, (heard) => this.hold(heard), { capture: true });
    }
  }

  private hold(event: Event): void {
    if (!this.away() || !(event.target instanceof Element)) return;
    const writer = event.type === 'submit' ? 'form[data-write]' : '[data-write]:not(form)';
    if (event.target.closest(writer) === null) return;
    event.preventDefault();
    event.stopPropagation();
    const { refused, refusedWhy } = this.words();
    this.toasts.show({ tone: 'bad', text: refused, detail: refusedWhy });
  }
}
