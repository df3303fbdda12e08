import { DOCUMENT } from '@angular/common';
import { Service, inject } from '@angular/core';
import { Router } from '@angular/router';
import { Refresh } from '../api/refresh';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { RowWalk } from '../shortcuts/row-walk';
import { Shortcuts } from '../shortcuts/shortcuts';
import { Kiosk } from './kiosk';
import { PAGES } from './pages';
import { Panes } from './panes';

/** The keys that every page knows. */
@Service()
export class PageKeys {
  private readonly document = inject(DOCUMENT);
  private readonly router = inject(Router);
  private readonly scope = inject(Scope);
  private readonly refresh = inject(Refresh);
  private readonly panes = inject(Panes);

  constructor() {
    const keys = inject(Shortcuts);
    const rows = inject(RowWalk);
    const kiosk = inject(Kiosk);
    for (const { path, key } of PAGES) keys.bind(`g ${key}`, () => this.go(path));
    keys.bind('?', () => this.panes.open('help'));
    keys.bind('t', () => this.document.getElementById('range-trigger')?.click());
    keys.bind('r', () => this.refresh.byHand());
    keys.bind('space', () => {
      if (this.refresh.paused()) this.refresh.resume();
      else this.refresh.pause();
    });
    keys.bind('/', () => this.search());
    keys.bind('j', () => rows.step(1));
    keys.bind('k', () => rows.step(-1));
    keys.bind('Enter', () => rows.open());
    keys.bind('e', () => rows.resolve());
    keys.bind('Escape', () => {
      if (kiosk.on()) kiosk.toggle();
    });
    // Known everywhere, also while one types; with a modifier, so it is never a single key.
    this.document.addEventListener('keydown', (event) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (this.panes.current() === 'palette') return;
      if (this.document.querySelector('dialog:modal') === null) this.panes.open('palette');
    });
  }

  private go(path: string): void {
    const target = path === '' ? [HOME] : [HOME, path];
    void this.router.navigate(target, { queryParams: this.scope.linkParams() });
  }

  /** The page's own search where it has one, otherwise the search for everything. */
  private search(): void {
    const field = this.document.querySelector<HTMLInputElement>(
      'main input[type="search"], main [data-testid="filter-text"]',
    );
    if (field === null) this.panes.open('palette');
    else field.focus();
  }
}
