import { DOCUMENT } from '@angular/common';
import { Component, afterNextRender, computed, inject } from '@angular/core';
import { words } from '../i18n/language';
import { PageHeader } from '../shell/page-header';
import { Appearance, DENSITIES } from '../theme/appearance';
import type { Density } from '../theme/appearance';
import { Theme } from '../theme/theme';
import type { ThemeMode } from '../theme/theme';
import { Toggle } from '../ui/toggle';
import { forceStates } from './force-states';
import { KitColours } from './kit-colours';
import { KitControls } from './kit-controls';
import { KitLayers } from './kit-layers';
import { KitScale } from './kit-scale';
import { KitStates } from './kit-states';
import { kitDe } from './words.de';
import { kitEn } from './words.en';

const MODES: readonly ThemeMode[] = ['light', 'dark', 'system'];

/** Every token and component in every state, to look at and to test. */
@Component({
  selector: 'apt-kit-page',
  imports: [PageHeader, Toggle, KitColours, KitControls, KitLayers, KitScale, KitStates],
  template: `
    <apt-page-header [heading]="words().title" [byType]="false" [byWindow]="false" />
    <div class="bar">
      <p class="muted">{{ words().lead }}</p>
      <apt-toggle
        data-testid="kit-theme"
        [label]="words().theme"
        [options]="themes()"
        [value]="theme.mode()"
        (valueChange)="chooseTheme($event)"
      />
      <apt-toggle
        data-testid="kit-density"
        [label]="words().density"
        [options]="densities()"
        [value]="appearance.density()"
        (valueChange)="chooseDensity($event)"
      />
    </div>
    <apt-kit-controls class="panel" />
    <apt-kit-layers class="panel" />
    <apt-kit-states class="panel" />
    <apt-kit-colours class="panel" />
    <apt-kit-scale class="panel" />
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--space-3);
    }
    .bar {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--space-2) var(--space-4);
    }
    p {
      flex: 1 1 240px;
      margin: 0;
    }
  `,
})
export class KitPage {
  protected readonly words = words({ en: kitEn, de: kitDe });
  protected readonly theme = inject(Theme);
  protected readonly appearance = inject(Appearance);
  protected readonly themes = computed(() =>
    MODES.map((value) => ({ value, label: this.words().themes[value] })),
  );
  protected readonly densities = computed(() =>
    DENSITIES.map((value) => ({ value, label: this.words().densities[value] })),
  );

  constructor() {
    const document = inject(DOCUMENT);
    // The components bring their style sheets along when they are drawn.
    afterNextRender(() => forceStates(document));
  }

  protected chooseTheme(mode: string): void {
    this.theme.choose(mode as ThemeMode);
  }

  protected chooseDensity(density: string): void {
    this.appearance.density.set(density as Density);
  }
}
