import { computed, signal, untracked } from '@angular/core';
import type { Language } from '../i18n/language';
import { browserZone } from '../time/zone';

/** How figures and instants are written. */
export interface Display {
  language: Language;
  /** IANA name. */
  timeZone: string;
}

const source = signal<() => Display>(() => ({ language: 'en', timeZone: browserZone() }));

/** What the formatters go by. It is read inside them, so that views follow when it changes. */
export const display = computed(() => source()(), {
  equal: (a, b) => a.language === b.language && a.timeZone === b.timeZone,
});

/** @param chosen is asked for anew whenever a signal that it reads has changed */
export function displayBy(chosen: () => Display): void {
  untracked(() => source.set(chosen));
}
