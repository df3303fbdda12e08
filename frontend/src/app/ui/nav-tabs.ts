import { Component, input } from '@angular/core';
import type { Params } from '@angular/router';
import { RouterLink, RouterLinkActive } from '@angular/router';

export interface NavTab {
  path: string;
  label: string;
}

/** Pages that belong together. What stands beside them at the end is handed in. */
@Component({
  selector: 'apt-nav-tabs',
  imports: [RouterLink, RouterLinkActive],
  template: `
    <nav class="tabs" [attr.aria-label]="label()">
      @for (tab of tabs(); track tab.path) {
        <a
          class="tab"
          [routerLink]="tab.path"
          [queryParams]="queryParams()"
          routerLinkActive
          ariaCurrentWhenActive="page"
          [routerLinkActiveOptions]="exact"
          >{{ tab.label }}</a
        >
      }
      <ng-content />
    </nav>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
  `,
})
export class NavTabs {
  readonly label = input.required<string>();
  readonly tabs = input.required<readonly NavTab[]>();
  readonly queryParams = input<Params>({});
  protected readonly exact = {
    paths: 'exact',
    queryParams: 'ignored',
    matrixParams: 'ignored',
    fragment: 'ignored',
  } as const;
}
