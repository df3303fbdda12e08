import { Service, effect, inject, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import type { RouterStateSnapshot } from '@angular/router';
import { TitleStrategy } from '@angular/router';
import { words } from '../i18n/language';
import { shellDe } from './words.de';
import { shellEn } from './words.en';

/** Names the page in the language of the reader, by the first part of its address. */
@Service()
export class PageTitles extends TitleStrategy {
  private readonly title = inject(Title);
  private readonly words = words({ en: shellEn, de: shellDe });
  private readonly path = signal('');

  constructor() {
    super();
    effect(() => {
      const { page, product } = this.words();
      const part = this.path().split('/')[0] ?? '';
      const name = part === '' ? 'overview' : part;
      const known = Object.hasOwn(page, name) ? page[name as keyof typeof page] : page.unknown;
      this.title.setTitle(`${known} · ${product}`);
    });
  }

  override updateTitle(snapshot: RouterStateSnapshot): void {
    const [path = ''] = snapshot.url.split(/[?#]/);
    this.path.set(path.replace(/^\/agent-performance\/?/, ''));
  }
}
