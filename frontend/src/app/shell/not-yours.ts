import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { parseNeed } from '../scope/rights';
import type { Need } from '../scope/rights';
import { Scope } from '../scope/scope';
import { Empty } from '../ui/empty';
import { PageHeader } from './page-header';
import { shellDe } from './words.de';
import { shellEn } from './words.en';

/** Stands where a page would be that one may not see, and says who may. */
@Component({
  selector: 'apt-not-yours',
  imports: [Empty, PageHeader, RouterLink],
  template: `
    <apt-page-header [heading]="words().page.settings" [byType]="false" [byWindow]="false" />
    <apt-empty
      icon="info"
      data-testid="not-yours"
      [framed]="true"
      [heading]="words().notYours"
      [hint]="words().notice.needs[who()] + '. ' + words().notice.forbiddenWhy"
    >
      <a
        class="button primary"
        [routerLink]="home + '/settings/account'"
        [queryParams]="scope.linkParams()"
        >{{ words().toAccount }}</a
      >
    </apt-empty>
  `,
})
export class NotYours {
  /** From the route. */
  readonly needs = input<Need>();
  protected readonly scope = inject(Scope);
  protected readonly home = HOME;
  protected readonly words = words({ en: shellEn, de: shellDe });
  protected readonly who = computed(() => parseNeed(this.needs()));
}
