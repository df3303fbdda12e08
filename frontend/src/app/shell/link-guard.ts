import { DOCUMENT } from '@angular/common';
import { Service, computed, effect, inject } from '@angular/core';
import { words } from '../i18n/language';
import { LiveFeed } from '../live/live-feed';
import { NEEDS, Rights, parseNeed } from '../scope/rights';
import { Toasts } from '../ui/toasts';
import { shellDe } from './words.de';
import { shellEn } from './words.en';

const WRITERS = '[data-write]';

/**
 * Holds back what writes to the tracker (marked `data-write`, with the right that it needs as the
 * value): while the tracker is away, so that nothing is lost, and for those who may not. Such
 * controls stay where they are, say why, and do nothing.
 */
@Service()
export class LinkGuard {
  private readonly document = inject(DOCUMENT);
  private readonly live = inject(LiveFeed);
  private readonly toasts = inject(Toasts);
  private readonly rights = inject(Rights);
  private readonly words = words({ en: shellEn.notice, de: shellDe.notice });
  readonly away = computed(() => this.live.state() === 'stale');
  /** Whether there may be controls to hold back at all. */
  private readonly watches = computed(
    () => this.away() || NEEDS.some((need) => !this.rights.may(need)),
  );

  constructor() {
    const { documentElement: root, body } = this.document;
    // Controls come and go with pages and rows; nothing is watched for who may do everything.
    const watch = new MutationObserver(() => this.markAll());
    effect(() => {
      if (this.away()) root.dataset['offline'] = '';
      else delete root.dataset['offline'];
      this.markAll();
      watch.disconnect();
      if (this.watches()) watch.observe(body, { childList: true, subtree: true });
    });
    for (const event of ['click', 'submit', 'change']) {
      this.document.addEventListener(event, (heard) => this.hold(heard), { capture: true });
    }
  }

  private markAll(): void {
    for (const one of this.document.querySelectorAll<HTMLElement>(WRITERS)) {
      const reason = this.reasonOf(one);
      if (one instanceof HTMLFormElement) {
        for (const button of one.querySelectorAll<HTMLElement>('button:not([type="button"])')) {
          mark(button, reason);
        }
      } else {
        mark(one, reason);
      }
    }
  }

  /** Why a control is held back, in words; null: it is not. */
  private reasonOf(writer: Element): string | null {
    if (this.away()) return this.words().refused;
    const need = parseNeed(writer.getAttribute('data-write'));
    return this.rights.may(need) ? null : this.words().needs[need];
  }

  private hold(event: Event): void {
    if (!(event.target instanceof Element)) return;
    const writer =
      event.type === 'submit'
        ? event.target.closest('form[data-write]')
        : event.target.closest(`${WRITERS}:not(form)`);
    const reason = writer && this.reasonOf(writer);
    if (!reason) return;
    event.preventDefault();
    event.stopPropagation();
    const detail = this.away() ? this.words().refusedWhy : this.words().forbiddenWhy;
    this.toasts.show({ tone: 'bad', text: reason, detail });
  }
}

/** Says on a control why it does nothing; what it said before comes back with its use. */
function mark(control: HTMLElement, reason: string | null): void {
  const held = control.dataset['held'];
  if (reason === (held ?? null)) return;
  // A choice that opens would look as if it could be made.
  const isChoice = control instanceof HTMLSelectElement;
  if (reason === null) {
    control.removeAttribute('aria-disabled');
    control.title = control.dataset['said'] ?? '';
    delete control.dataset['held'];
    delete control.dataset['said'];
    if (isChoice) control.disabled = false;
    return;
  }
  if (held === undefined) control.dataset['said'] = control.title;
  control.dataset['held'] = reason;
  control.title = reason;
  control.setAttribute('aria-disabled', 'true');
  if (isChoice) control.disabled = true;
}
