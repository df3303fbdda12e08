import { Component, computed, inject } from '@angular/core';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { NavTabs } from '../ui/nav-tabs';
import { alertsDe } from './words.de';
import { alertsEn } from './words.en';

/** The pages about alerts. */
@Component({
  selector: 'apt-alert-tabs',
  imports: [NavTabs],
  template: `
    <apt-nav-tabs [label]="words().pages" [tabs]="tabs()" [queryParams]="scope.linkParams()" />
  `,
  styles: `
    :host {
      display: block;
      margin-bottom: var(--space-3);
    }
  `,
})
export class AlertTabs {
  protected readonly scope = inject(Scope);
  protected readonly words = words({ en: alertsEn, de: alertsDe });
  protected readonly tabs = computed(() => {
    const { inbox, history, rules, silences } = this.words().tabs;
    return [
      { path: `${HOME}/alerts`, label: inbox },
      { path: `${HOME}/alerts/history`, label: history },
      { path: `${HOME}/alerts/rules`, label: rules },
      { path: `${HOME}/alerts/silences`, label: silences },
    ];
  });
}
