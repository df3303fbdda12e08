import { Component, inject } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { alertsDe } from './words.de';
import { alertsEn } from './words.en';

/** The pages about alerts. */
@Component({
  selector: 'apt-alert-tabs',
  imports: [RouterLink, RouterLinkActive],
  template: `
    <nav [attr.aria-label]="words().pages">
      @for (tab of tabs; track tab.path) {
        <a
          [routerLink]="tab.path"
          [queryParams]="scope.linkParams()"
          routerLinkActive="active"
          ariaCurrentWhenActive="page"
          [routerLinkActiveOptions]="exact"
          >{{ words().tabs[tab.name] }}</a
        >
      }
    </nav>
  `,
  styles: `
    nav {
      display: flex;
      gap: 2px;
      margin-bottom: 12px;
      border-bottom: 1px solid var(--border);
      overflow-x: auto;
    }
    a {
      padding: 6px 12px 8px;
      border-bottom: 2px solid transparent;
      color: var(--muted);
      text-decoration: none;
      white-space: nowrap;
      &:hover {
        color: var(--text);
      }
      &:focus-visible {
        outline-offset: -2px;
      }
    }
    .active {
      border-color: var(--accent);
      color: var(--text);
      font-weight: 580;
    }
  `,
})
export class AlertTabs {
  protected readonly scope = inject(Scope);
  protected readonly words = words({ en: alertsEn, de: alertsDe });
  protected readonly exact = {
    paths: 'exact',
    queryParams: 'ignored',
    matrixParams: 'ignored',
    fragment: 'ignored',
  } as const;
  protected readonly tabs = [
    { path: `${HOME}/alerts`, name: 'inbox' },
    { path: `${HOME}/alerts/history`, name: 'history' },
    { path: `${HOME}/alerts/rules`, name: 'rules' },
    { path: `${HOME}/alerts/silences`, name: 'silences' },
  ] as const;
}
