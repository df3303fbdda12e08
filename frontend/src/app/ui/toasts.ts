import { Service, computed, inject, signal } from '@angular/core';
import { words } from '../i18n/language';
import { Appearance } from '../theme/appearance';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

export interface Toast {
  /** Good news goes by itself; the others stay until they are dismissed. */
  tone: 'good' | 'bad' | 'warn';
  text: string;
  detail?: string;
  /** Takes back what was done; who offers that dismisses the message when it is too late. */
  undo?: () => void;
}

export interface ShownToast extends Toast {
  id: number;
  atMs: number;
  /** How often the same was said. */
  times: number;
  /** Where it leads, below the dashboard. */
  path?: string;
}

const MOST_SHOWN = 3;
const MOST_KEPT = 100;
const GOOD_MS = 5000;
const NEWS_MS = 10_000;
/** Said aloud at most this often, milliseconds. */
export const SAY_GAP_MS = 10_000;

/** Short messages at the edge of the page: never many, never in the way, none lost. */
@Service()
export class Toasts {
  private readonly appearance = inject(Appearance);
  private readonly words = words({ en: uiEn.toasts, de: uiDe.toasts });
  private lastId = 0;
  private newsId = 0;
  private news = { total: 0, critical: 0 };
  private unsaid: string[] = [];
  private sayTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly list = signal<readonly ShownToast[]>([]);
  private readonly kept = signal<readonly ShownToast[]>([]);
  private readonly spoken = signal('');

  readonly shown = this.list.asReadonly();
  /** Everything said since the page was opened, newest first. */
  readonly history = computed(() => this.kept().toReversed());
  /** What a screen reader says now; changes at most every {@link SAY_GAP_MS}. */
  readonly said = this.spoken.asReadonly();

  /** @returns what `dismiss` wants to know */
  show(toast: Toast): number {
    const last = toast.undo ? undefined : this.kept().at(-1);
    if (last?.tone === toast.tone && last.text === toast.text && last.detail === toast.detail) {
      this.put({ ...last, times: last.times + 1, atMs: Date.now() });
    } else {
      this.lastId += 1;
      this.put({ ...toast, id: this.lastId, times: 1, atMs: Date.now() });
    }
    const { id } = this.kept().at(-1)!;
    this.say(toast.text);
    if (toast.tone === 'good' && !toast.undo) setTimeout(() => this.dismiss(id), GOOD_MS);
    return id;
  }

  /** One message for all new alerts, however many come; with a critical one it stays. */
  newAlerts(total: number, critical: number): void {
    const muted = this.appearance.muted();
    const last = muted ? this.kept().slice(-1) : this.list();
    const goesOn = last.some(({ id }) => id === this.newsId);
    if (!goesOn) this.newsId = this.lastId += 1;
    const before = goesOn ? this.news : { total: 0, critical: 0 };
    this.news = { total: before.total + total, critical: before.critical + critical };
    const { newAlerts, ofThem } = this.words();
    const parts = [newAlerts(this.news.total)];
    if (this.news.critical > 0) parts.push(ofThem(this.news.critical));
    const stays = this.news.critical > 0;
    const [own, at] = [this.newsId, Date.now()];
    this.put(
      {
        tone: stays ? 'bad' : 'warn',
        text: parts.join(', '),
        path: 'alerts',
        id: own,
        atMs: at,
        times: 1,
      },
      muted,
    );
    this.say(parts.join(', '));
    if (!stays) {
      setTimeout(() => {
        const held = this.list().find((toast) => toast.id === own);
        if (held?.atMs === at) this.dismiss(own);
      }, NEWS_MS);
    }
  }

  dismiss(id: number): void {
    this.list.update((list) => list.filter((toast) => toast.id !== id));
  }

  clear(): void {
    this.kept.set([]);
  }

  private put(toast: ShownToast, silently = false): void {
    const into = (list: readonly ShownToast[]): ShownToast[] =>
      list.some(({ id }) => id === toast.id)
        ? list.map((one) => (one.id === toast.id ? toast : one))
        : [...list, toast];
    this.kept.update((list) => into(list).slice(-MOST_KEPT));
    if (!silently) this.list.update((list) => leastImportantGone(into(list)));
  }

  private say(text: string): void {
    this.unsaid.push(text);
    if (this.sayTimer !== undefined) return;
    this.spoken.set([...new Set(this.unsaid)].slice(-MOST_SHOWN).join('. '));
    this.unsaid = [];
    this.sayTimer = setTimeout(() => {
      this.sayTimer = undefined;
      const last = this.unsaid.pop();
      if (last === undefined) return;
      this.unsaid = [];
      this.say(last);
    }, SAY_GAP_MS);
  }
}

/** Bad news pushes out good news first. */
function leastImportantGone(list: ShownToast[]): ShownToast[] {
  if (list.length <= MOST_SHOWN) return list;
  const gone = list.find(({ tone }) => tone !== 'bad') ?? list[0];
  return leastImportantGone(list.filter((toast) => toast !== gone));
}
