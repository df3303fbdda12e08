import { Component, computed, input } from '@angular/core';
import type { Severity } from '@app/contracts';
import { words } from '../i18n/language';
import { Icon } from '../ui/icon';
import type { IconName } from '../ui/icon';
import { uiDe } from '../ui/words.de';
import { uiEn } from '../ui/words.en';

const ICONS: Readonly<Record<Severity, IconName>> = {
  critical: 'cross',
  warning: 'alerts',
  info: 'timeout',
};

/** How bad: a shape, a word and a colour. */
@Component({
  selector: 'apt-severity-mark',
  imports: [Icon],
  template: `<span [class]="'badge ' + severity()"><apt-icon [name]="icon()" />{{ word() }}</span>`,
  styles: `
    .badge {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      min-width: 80px;
      padding: 2px 8px;
    }
    .critical {
      background: var(--bad-soft);
      color: var(--bad);
    }
    .warning {
      background: var(--warn-soft);
      color: var(--warn);
    }
    .info {
      background: var(--accent-soft);
      color: var(--accent-text);
    }
  `,
})
export class SeverityMark {
  readonly severity = input.required<Severity>();
  private readonly words = words({ en: uiEn, de: uiDe });
  protected readonly icon = computed(() => ICONS[this.severity()]);
  protected readonly word = computed(() => this.words().severity[this.severity()]);
}
