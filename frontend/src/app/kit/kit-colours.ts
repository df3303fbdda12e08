import { DOCUMENT, DecimalPipe } from '@angular/common';
import { Component, inject } from '@angular/core';
import { DARK, LIGHT, contrast } from '../charts/palette';
import { words } from '../i18n/language';
import { Badge } from '../ui/badge';
import { PAIRS, SCHEMES, allTokens, colourOf, contrastOf } from './kit-tokens';
import { kitDe } from './words.de';
import { kitEn } from './words.en';

/** Colours of tokens and charts in both themes, with their contrasts as the browser draws them. */
@Component({
  selector: 'apt-kit-colours',
  imports: [Badge, DecimalPipe],
  template: `
    <h2 id="kit-colours">{{ words().colours }}</h2>
    <div class="tokens">
      @for (token of tokens; track token.name) {
        <figure [attr.data-token]="token.name">
          <span class="pair">
            <i class="light" [style.background]="'var(--' + token.name + ')'"></i>
            <i class="dark" [style.background]="'var(--' + token.name + ')'"></i>
          </span>
          <figcaption>
            <code>--{{ token.name }}</code>
            <small>{{ token.light ?? '–' }} · {{ token.dark ?? '–' }}</small>
          </figcaption>
        </figure>
      }
    </div>
    <h3>{{ words().pairs }}</h3>
    <div class="pairs">
      @for (pair of pairs; track $index) {
        <div
          class="sample"
          data-testid="pair"
          [class]="pair.scheme"
          [attr.data-pair]="pair.ink + ' ' + pair.ground + ' ' + pair.scheme"
          [attr.data-contrast]="pair.value"
          [attr.data-least]="pair.least"
          [style.background]="'var(--' + pair.ground + ')'"
          [style.color]="pair.least === 3 ? 'var(--text)' : 'var(--' + pair.ink + ')'"
        >
          <span>
            @if (pair.least === 3) {
              <i [style.background]="'var(--' + pair.ink + ')'"></i>
            }
            {{ pair.ink }} / {{ pair.ground }}
          </span>
          <b>{{ pair.value | number: '1.1-1' }}</b>
        </div>
      }
    </div>
    <h3>{{ words().palette }}</h3>
    @for (palette of palettes; track palette.scheme) {
      <div class="palette" [class]="palette.scheme">
        @for (one of palette.colours; track one.name) {
          <figure data-testid="palette" [attr.data-colour]="one.name">
            <i [style.background]="one.colour"></i>
            <figcaption>
              {{ one.name }} <small>{{ one.contrast | number: '1.1-1' }}</small>
            </figcaption>
          </figure>
        }
      </div>
    }
    <p class="muted">
      <apt-badge tone="good" icon="check">≥ 4.5</apt-badge> {{ words().textNeeds }} ·
      <apt-badge tone="accented" icon="info">≥ 3</apt-badge> {{ words().marksNeed }}
    </p>
  `,
  styleUrl: './kit.css',
  styles: `
    figure {
      display: flex;
      align-items: center;
      gap: var(--space-2h);
      min-width: 0;
      margin: 0;
    }
    figcaption {
      min-width: 0;
    }
    .tokens,
    .pairs {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(210px, 1fr));
      gap: var(--space-2h) var(--space-4);
    }
    .pairs {
      gap: var(--space-1h);
    }
    .pair,
    .sample,
    .palette i {
      forced-color-adjust: none;
    }
    .pair {
      display: flex;
      overflow: hidden;
      border: 1px solid var(--border-strong);
      border-radius: var(--radius-s);
      i {
        width: 22px;
        height: 32px;
      }
    }
    .light {
      color-scheme: light;
    }
    .dark {
      color-scheme: dark;
    }
    .sample {
      display: flex;
      justify-content: space-between;
      gap: var(--space-2);
      padding: var(--space-1h) var(--space-2h);
      border: 1px solid var(--border);
      border-radius: var(--radius-s);
      i {
        display: inline-block;
        width: 10px;
        height: 10px;
        border-radius: 50%;
      }
    }
    .palette {
      display: flex;
      flex-wrap: wrap;
      gap: var(--space-2) var(--space-4);
      margin-bottom: var(--space-2);
      padding: var(--space-3);
      border: 1px solid var(--border);
      border-radius: var(--radius-m);
      background: var(--surface);
      color: var(--text);
      i {
        width: 18px;
        height: 18px;
        border-radius: var(--radius-s);
      }
    }
    small {
      display: block;
      color: var(--muted);
    }
    .palette small {
      display: inline;
    }
  `,
})
export class KitColours {
  protected readonly words = words({ en: kitEn, de: kitDe });
  private readonly document = inject(DOCUMENT);
  protected readonly tokens = allTokens(this.document)
    .map((name) => ({
      name,
      light: colourOf(this.document, name, 'light'),
      dark: colourOf(this.document, name, 'dark'),
    }))
    .filter(({ name, light }) => light !== undefined || name === 'veil');
  protected readonly pairs = SCHEMES.flatMap((scheme) =>
    PAIRS.map((pair) => ({ ...pair, scheme, value: contrastOf(this.document, pair, scheme) })),
  );
  protected readonly palettes = [
    { scheme: 'light', palette: LIGHT },
    { scheme: 'dark', palette: DARK },
  ].map(({ scheme, palette }) => ({
    scheme,
    colours: Object.entries(palette)
      .flatMap(([name, colour]: [string, string | readonly string[]]) =>
        typeof colour === 'string'
          ? [{ name, colour }]
          : colour.map((one, at) => ({ name: `${name} ${at + 1}`, colour: one })),
      )
      .map((one) => ({ ...one, contrast: contrast(one.colour, palette.surface) })),
  }));
}
