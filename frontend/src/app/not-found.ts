import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { words } from './i18n/language';
import { HOME } from './scope/home';
import { shellDe } from './shell/words.de';
import { shellEn } from './shell/words.en';

@Component({
  selector: 'apt-not-found',
  imports: [RouterLink],
  template: `
    <div class="blank">
      <h1>{{ words().notFound }}</h1>
      <p>{{ words().notFoundWhy }}</p>
      <a class="button primary" [routerLink]="home">{{ words().toOverview }}</a>
    </div>
  `,
})
export class NotFound {
  protected readonly home = HOME;
  protected readonly words = words({ en: shellEn, de: shellDe });
}
