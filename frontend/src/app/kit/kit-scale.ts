import { DOCUMENT } from '@angular/common';
import { Component, inject } from '@angular/core';
import { words } from '../i18n/language';
import { ICON_NAMES, Icon } from '../ui/icon';
import { Logo } from '../ui/logo';
import { allTokens, colourOf } from './kit-tokens';
import { kitDe } from './words.de';
import { kitEn } from './words.en';

/** Type, space, shape, depth, motion and icons. */
@Component({
  selector: 'apt-kit-scale',
  imports: [Icon, Logo],
  template: `
    <h2 id="kit-scale">{{ words().scale }}</h2>
    @for (name of of('text-'); track name) {
      <p class="type" [attr.data-token]="name">
        <code>--{{ name }}</code>
        <span [style.font-size]="'var(--' + name + ')'">{{ words().sample }}</span>
      </p>
    }
    <h3>{{ words().sizes }}</h3>
    <div class="row">
      @for (name of of('space-', 'control', 'row'); track name) {
        <figure [attr.data-token]="name">
          <i class="bar" [style.width]="'var(--' + name + ')'"></i>
          <figcaption>
            <code>--{{ name }}</code>
          </figcaption>
        </figure>
      }
    </div>
    <h3>{{ words().shapes }}</h3>
    <div class="row">
      @for (name of of('radius-'); track name) {
        <figure [attr.data-token]="name">
          <i class="box" [style.border-radius]="'var(--' + name + ')'"></i>
          <figcaption>
            <code>--{{ name }}</code>
          </figcaption>
        </figure>
      }
      @for (name of of('shadow'); track name) {
        <figure [attr.data-token]="name">
          <i class="box" [style.box-shadow]="'var(--' + name + ')'"></i>
          <figcaption>
            <code>--{{ name }}</code>
          </figcaption>
        </figure>
      }
    </div>
    <h3>{{ words().rest }}</h3>
    <div class="row">
      @for (name of rest; track name) {
        <span [attr.data-token]="name"
          ><code>--{{ name }}</code></span
        >
      }
    </div>
    <h3>{{ words().icons }}</h3>
    <div class="icons">
      <span><apt-logo />apt-logo</span>
      @for (name of icons; track name) {
        <span data-testid="icon"><apt-icon [name]="name" />{{ name }}</span>
      }
    </div>
  `,
  styleUrl: './kit.css',
  styles: `
    .type {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: var(--space-1) var(--space-4);
      margin: 0 0 var(--space-1);
      code {
        width: 110px;
      }
    }
    figure {
      display: grid;
      gap: var(--space-1h);
      justify-items: start;
      margin: 0;
    }
    .bar {
      height: 14px;
      border-radius: 2px;
      background: var(--accent);
    }
    .box {
      width: 72px;
      height: 48px;
      border: 1px solid var(--border-strong);
      background: var(--surface);
    }
    .icons {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(120px, 1fr));
      gap: var(--space-2);
      span {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        color: var(--muted);
        font-size: var(--text-s);
      }
      apt-icon {
        color: var(--text);
        font-size: var(--text-l);
      }
    }
  `,
})
export class KitScale {
  protected readonly words = words({ en: kitEn, de: kitDe });
  private readonly document = inject(DOCUMENT);
  protected readonly icons = ICON_NAMES;
  private readonly tokens = allTokens(this.document).filter(
    (name) => name !== 'veil' && colourOf(this.document, name, 'light') === undefined,
  );
  private static readonly SHOWN = ['text-', 'space-', 'control', 'row', 'radius-', 'shadow'];
  protected readonly rest = this.tokens.filter(
    (name) => !KitScale.SHOWN.some((start) => name.startsWith(start)),
  );

  protected of(...starts: string[]): string[] {
    return this.tokens.filter((name) => starts.some((start) => name.startsWith(start)));
  }
}
