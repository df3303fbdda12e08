import { DOCUMENT } from '@angular/common';
import { Service, computed, inject, signal } from '@angular/core';
import { DARK, LIGHT } from '../charts/palette';

export type ThemeMode = 'system' | 'light' | 'dark';
/** Also read by `public/theme.js`, before the first paint. */
export const THEME_KEY = 'apt-theme';

/** Light or dark: chosen, or the system's. */
@Service()
export class Theme {
  private readonly root = inject(DOCUMENT).documentElement;
  private readonly prefersDark = matchMedia('(prefers-color-scheme: dark)');
  readonly systemIsDark = signal(this.prefersDark.matches);
  private readonly chosen = signal<ThemeMode>(this.stored());

  /** Whether the page is being put on paper, which is light whatever was chosen. */
  readonly printing = signal(false);

  readonly mode = this.chosen.asReadonly();
  readonly isDark = computed(() => {
    if (this.printing()) return false;
    return this.mode() === 'system' ? this.systemIsDark() : this.mode() === 'dark';
  });
  readonly palette = computed(() => (this.isDark() ? DARK : LIGHT));

  constructor() {
    this.prefersDark.addEventListener('change', (event) => this.systemIsDark.set(event.matches));
  }

  choose(mode: ThemeMode): void {
    this.chosen.set(mode);
    if (mode === 'system') delete this.root.dataset['theme'];
    else this.root.dataset['theme'] = mode;
    try {
      localStorage.setItem(THEME_KEY, mode);
    } catch {
      // Storage is blocked: the choice holds until the page is left.
    }
  }

  private stored(): ThemeMode {
    const set = this.root.dataset['theme'];
    return set === 'light' || set === 'dark' ? set : 'system';
  }
}
