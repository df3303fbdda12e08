import { Component, computed, inject } from '@angular/core';
import { words } from '../i18n/language';
import { shellDe } from '../shell/words.de';
import { shellEn } from '../shell/words.en';
import { Icon } from '../ui/icon';
import { Tooltip } from '../ui/tooltip';
import { Theme } from './theme';
import type { ThemeMode } from './theme';

const ICONS = { system: 'system', light: 'sun', dark: 'moon' } as const;

/** Goes round: the system's theme, its opposite, its like; so each press shows. */
@Component({
  selector: 'apt-theme-toggle',
  imports: [Icon, Tooltip],
  template: `
    <button
      type="button"
      class="icon-button"
      data-testid="theme-toggle"
      [attr.aria-label]="words().themeIs[theme.mode()] + '. ' + words().switchTo[next()]"
      [aptTooltip]="words().themeIs[theme.mode()]"
      (click)="theme.choose(next())"
    >
      <apt-icon [name]="icon()" />
    </button>
  `,
})
export class ThemeToggle {
  protected readonly theme = inject(Theme);
  protected readonly words = words({ en: shellEn, de: shellDe });
  protected readonly icon = computed(() => ICONS[this.theme.mode()]);
  protected readonly next = computed<ThemeMode>(() => {
    const { mode, systemIsDark } = this.theme;
    const [like, opposite] = systemIsDark()
      ? (['dark', 'light'] as const)
      : (['light', 'dark'] as const);
    if (mode() === 'system') return opposite;
    return mode() === opposite ? like : 'system';
  });
}
