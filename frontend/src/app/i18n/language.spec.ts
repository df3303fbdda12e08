import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { LANGUAGE_KEY, LanguageChoice, plural, words } from './language';

describe('language', () => {
  it('follows the choice at once, names it on the page and remembers it', () => {
    const choice = TestBed.inject(LanguageChoice);
    const said = TestBed.runInInjectionContext(() =>
      words({ en: { hello: 'Hello' }, de: { hello: 'Guten Tag' } }),
    );
    expect(said().hello).toBe('Hello');
    choice.choose('de');
    expect(said().hello).toBe('Guten Tag');
    expect(document.documentElement.lang).toBe('de');
    expect(localStorage.getItem(LANGUAGE_KEY)).toBe('de');
  });

  it('counts in the form and the digits of the language', () => {
    expect(plural('en', 1, { one: '# alert', other: '# alerts' })).toBe('1 alert');
    expect(plural('en', 0, { one: '# alert', other: '# alerts' })).toBe('0 alerts');
    expect(plural('de', 1234, { one: '# Alarm', other: '# Alarme' })).toBe('1.234 Alarme');
  });
});
