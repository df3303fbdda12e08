import { Component, inject } from '@angular/core';
import { ChartSettings } from '../charts/chart-settings';
import type { Language } from '../i18n/language';
import { LANGUAGES, LanguageChoice, words } from '../i18n/language';
import { Appearance, DENSITIES } from '../theme/appearance';
import type { Density } from '../theme/appearance';
import { Theme } from '../theme/theme';
import type { ThemeMode } from '../theme/theme';
import { Panel } from '../ui/panel';
import { Picker } from '../ui/picker';
import { Switch } from '../ui/switch';
import { settingsDe } from './words.de';
import { settingsEn } from './words.en';

const MODES: readonly ThemeMode[] = ['system', 'light', 'dark'];

/** How the dashboard looks and listens; kept in this browser. */
@Component({
  selector: 'apt-appearance',
  imports: [Panel, Picker, Switch],
  template: `
    <apt-panel [heading]="words().title" [caption]="words().caption">
      <div class="rows">
        <div class="row">
          <span>{{ words().theme }}</span>
          <apt-picker
            testid="theme"
            [label]="words().theme"
            [options]="themes()"
            [value]="theme.mode()"
            (chosen)="chooseTheme($event)"
          />
        </div>
        <div class="row">
          <span
            >{{ words().density }}<small>{{ words().densityWhy }}</small></span
          >
          <apt-picker
            testid="density"
            [label]="words().density"
            [options]="densities()"
            [value]="appearance.density()"
            (chosen)="chooseDensity($event)"
          />
        </div>
        <div class="row">
          <span>{{ words().language }}</span>
          <apt-picker
            testid="language"
            [label]="words().language"
            [options]="languages"
            [value]="language.language()"
            (chosen)="chooseLanguage($event)"
          />
        </div>
        @for (one of switches(); track one.testid) {
          <apt-switch
            class="row"
            [apart]="true"
            [label]="one.label"
            [why]="one.why"
            [testid]="one.testid"
            [(checked)]="one.state"
          />
        }
      </div>
    </apt-panel>
  `,
  styles: `
    .row {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: var(--space-4);
      min-height: 44px;
      padding: var(--space-1h) 0;
      + .row {
        border-top: 1px solid var(--border);
      }
    }
    apt-switch.row {
      display: block;
    }
    small {
      display: block;
      color: var(--muted);
      font-size: var(--text-s);
    }
    apt-picker {
      flex: none;
      width: 170px;
    }
  `,
})
export class AppearanceSettings {
  protected readonly theme = inject(Theme);
  protected readonly appearance = inject(Appearance);
  protected readonly language = inject(LanguageChoice);
  private readonly charts = inject(ChartSettings);
  private readonly all = words({ en: settingsEn, de: settingsDe });
  protected readonly words = () => this.all().appearance;
  protected readonly languages = LANGUAGES.map((value) => ({
    value,
    label: { en: 'English', de: 'Deutsch' }[value],
  }));
  protected readonly themes = () =>
    MODES.map((value) => ({ value, label: this.words().themes[value] }));
  protected readonly densities = () =>
    DENSITIES.map((value) => ({ value, label: this.words().densities[value] }));
  protected readonly switches = () => {
    const { patterns, patternsWhy, shortcuts, shortcutsWhy, muted, mutedWhy } = this.words();
    return [
      { testid: 'patterns', label: patterns, why: patternsWhy, state: this.charts.patterns },
      {
        testid: 'shortcuts',
        label: shortcuts,
        why: shortcutsWhy,
        state: this.appearance.shortcuts,
      },
      { testid: 'muted', label: muted, why: mutedWhy, state: this.appearance.muted },
    ];
  };

  protected chooseTheme(mode: string): void {
    this.theme.choose(mode as ThemeMode);
  }

  protected chooseDensity(density: string): void {
    this.appearance.density.set(density as Density);
  }

  protected chooseLanguage(language: string): void {
    this.language.choose(language as Language);
  }
}
