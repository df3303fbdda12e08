import { DOCUMENT } from '@angular/common';
import { Component, computed, inject } from '@angular/core';
import { SIGN_IN } from '../api/sign-in.interceptor';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Rights } from '../scope/rights';
import type { Need } from '../scope/rights';
import { Scope } from '../scope/scope';
import { NavTabs } from '../ui/nav-tabs';
import { AccessDesk } from './access-desk';
import { accessDe } from './words.de';
import { accessEn } from './words.en';

/** The pages of the settings, and who one is. */
@Component({
  selector: 'apt-access-tabs',
  imports: [NavTabs],
  template: `
    <div class="row">
      <apt-nav-tabs [label]="words().label" [tabs]="tabs()" [queryParams]="scope.linkParams()" />
      @if (person(); as person) {
        <span class="who">
          <span class="muted">{{ words().signedInAs }}</span>
          <strong
            ><bdi>{{ person.name }}</bdi></strong
          >
          <button type="button" class="link-button" data-testid="sign-out" (click)="signOut()">
            {{ words().signOut }}
          </button>
        </span>
      }
    </div>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
      margin-top: calc(-1 * var(--space-2h));
    }
    .row {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      border-bottom: 1px solid var(--border);
    }
    apt-nav-tabs {
      margin-bottom: -1px;
    }
    .who {
      display: flex;
      align-items: center;
      gap: var(--space-1h);
      min-width: 0;
      margin-inline-start: auto;
      padding-inline-start: var(--space-3);
    }
    strong {
      max-width: 180px;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
  `,
})
export class AccessTabs {
  protected readonly scope = inject(Scope);
  private readonly rights = inject(Rights);
  private readonly desk = inject(AccessDesk);
  private readonly window = inject(DOCUMENT).defaultView;
  protected readonly words = words({ en: accessEn.tabs, de: accessDe.tabs });
  /** Nobody where nobody was asked. */
  protected readonly person = computed(() => {
    const session = this.rights.session();
    return session && session.kind !== 'open' ? session : null;
  });
  protected readonly tabs = computed(() => {
    const { account, notifications, keys, people, users, audit } = this.words();
    const all: { path: string; label: string; need: Need }[] = [
      { path: '/settings', label: notifications, need: 'operate' },
      { path: '/settings/keys', label: keys, need: 'admin' },
      { path: '/settings/people', label: people, need: 'admin' },
      { path: '/settings/users', label: users, need: 'admin everywhere' },
      { path: '/settings/audit', label: audit, need: 'admin' },
      { path: '/settings/account', label: account, need: 'own' },
    ];
    // Those that one may not see are not offered.
    return all
      .filter(({ need }) => this.rights.may(need))
      .map(({ path, label }) => ({ path: HOME + path, label }));
  });

  protected async signOut(): Promise<void> {
    await this.desk.signOut();
    this.window?.location.assign(SIGN_IN);
  }
}
