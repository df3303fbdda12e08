import { Component, inject } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { words } from './i18n/language';
import { Palette } from './palette/palette';
import { Kiosk } from './shell/kiosk';
import { Notices } from './shell/notices';
import { PageKeys } from './shell/page-keys';
import { Panes } from './shell/panes';
import { Sidebar } from './shell/sidebar';
import { shellDe } from './shell/words.de';
import { shellEn } from './shell/words.en';
import { HelpSheet } from './shortcuts/help-sheet';
import { Appearance } from './theme/appearance';
import { Paper } from './theme/paper';
import { ToastHistory } from './ui/toast-history';
import { ToastList } from './ui/toast-list';

@Component({
  selector: 'apt-root',
  imports: [RouterOutlet, Sidebar, Notices, ToastList, Palette, HelpSheet, ToastHistory],
  template: `
    <a class="skip" href="#main" (click)="skip($event, main)">{{ words().skip }}</a>
    <apt-sidebar />
    <main id="main" tabindex="-1" #main>
      <apt-notices />
      <router-outlet />
    </main>
    <apt-toast-list />
    @defer (when panes.current() === 'palette'; prefetch on idle) {
      @if (panes.current() === 'palette') {
        <apt-palette (closed)="panes.close()" />
      }
    }
    @defer (when panes.current() === 'help'; prefetch on idle) {
      @if (panes.current() === 'help') {
        <apt-help-sheet (closed)="panes.close()" />
      }
    }
    @defer (when panes.current() === 'messages') {
      @if (panes.current() === 'messages') {
        <apt-toast-history (closed)="panes.close()" />
      }
    }
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: auto 1fr;
      min-height: 100dvh;
    }
    main {
      width: 100%;
      max-width: 1760px;
      margin: 0 auto;
      /* The last line stays above the bar at the bottom. */
      padding: 0 var(--space-3) 84px;
      outline: none;
    }
    .skip {
      position: absolute;
      z-index: 40;
      top: -60px;
      left: 12px;
      padding: var(--space-2) var(--space-4);
      border-radius: var(--radius-m);
      background: var(--accent-strong);
      color: var(--on-accent);
      &:focus {
        top: 8px;
      }
    }
    @media (min-width: 1000px) {
      :host {
        grid-template-columns: 212px minmax(0, 1fr);
        grid-template-rows: 1fr;
      }
      :host-context([data-sidebar='narrow']) {
        grid-template-columns: 56px minmax(0, 1fr);
      }
      main {
        padding: 0 var(--space-6) 40px;
      }
    }
    :host-context([data-kiosk]) {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: 1fr;
    }
    @media print {
      main {
        padding: 0;
      }
    }
  `,
})
export class App {
  protected readonly panes = inject(Panes);
  protected readonly kiosk = inject(Kiosk);
  protected readonly words = words({ en: shellEn, de: shellDe });

  constructor() {
    inject(Appearance);
    inject(PageKeys);
    inject(Paper);
  }

  /** The fragment would be written into the address, and with it a step of history. */
  protected skip(event: Event, main: HTMLElement): void {
    event.preventDefault();
    main.focus();
  }
}
