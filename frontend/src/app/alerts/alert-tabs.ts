import { Component, inject } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';

/** The pages about alerts. */
@Component({
  selector: 'apt-alert-tabs',
  imports: [RouterLink, RouterLinkActive],
  template: `
    <nav aria-label="Alert pages">
      @for (tab of tabs; track tab.path) {
        <a
          [routerLink]="tab.path"
          [queryParams]="scope.linkParams()"
          routerLinkActive="active"
          ariaCurrentWhenActive="page"
          [routerLinkActiveOptions]="exact"
          >{{ tab.label }}</a
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
  protected readonly exact = {
    paths: 'exact',
    queryParams: 'ignored',
    matrixParams: 'ignored',
    fragment: 'ignored',
  } as const;
  protected readonly tabs = [
    { path: `${HOME}/alerts`, label: 'Inbox' },
    { path: `${HOME}/alerts/history`, label: 'History' },
    { path: `${HOME}/alerts/rules`, label: 'Rules' },
    { path: `${HOME}/alerts/silences`, label: 'Silences' },
  ];
}
