import { DOCUMENT } from '@angular/common';
import { Service, computed, inject, signal } from '@angular/core';
import type { Signal } from '@angular/core';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_KEY = 'apt-language';

/** Which language the page speaks: chosen, or the browser's, or English. */
@Service()
export class LanguageChoice {
  private readonly root = inject(DOCUMENT).documentElement;
  private readonly chosen = signal<Language>(preferred());
  readonly language = this.chosen.asReadonly();

  constructor() {
    this.root.lang = this.language();
  }

  choose(language: Language): void {
    this.chosen.set(language);
    this.root.lang = language;
    try {
      localStorage.setItem(LANGUAGE_KEY, language);
    } catch {
      // Storage is blocked: the choice holds until the page is left.
    }
  }
}

/**
 * The words of a room in the language of the page. English gives the shape; a translation that
 * lacks a word, or has one too many, does not compile.
 *
 * ```ts
 * protected readonly words = words({ en: tasksEn, de: tasksDe });   // {{ words().title }}
 * ```
 */
export function words<T>(dictionaries: Record<Language, T>): Signal<T> {
  const { language } = inject(LanguageChoice);
  return computed(() => dictionaries[language()]);
}

/** The shape of a dictionary whose texts may differ: functions keep their parameters. */
export type WordsOf<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : WordsOf<T[K]>;
};

/**
 * The form for a count, by the plural rules of the language (CLDR, as Intl knows them).
 * @param forms `other` is what holds when the language's own form is not given
 */
export function plural(
  language: Language,
  count: number,
  forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string },
): string {
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other;
  return form.replace('#', new Intl.NumberFormat(language).format(count));
}

function preferred(): Language {
  const stored = storedLanguage();
  if (stored) return stored;
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2));
  return LANGUAGES.find((language) => language === spoken.find(isLanguage)) ?? 'en';
}

function storedLanguage(): Language | undefined {
  try {
    const stored = localStorage.getItem(LANGUAGE_KEY);
    return isLanguage(stored) ? stored : undefined;
  } catch {
    return undefined;
  }
}

function isLanguage(tag: string | null | undefined): tag is Language {
  return LANGUAGES.some((language) => language === tag);
}
