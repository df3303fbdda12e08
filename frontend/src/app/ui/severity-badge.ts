import { Component, computed, input } from '@angular/core';
import type { Severity } from '@app/contracts';
import { words } from '../i18n/language';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

@Component({
  selector: 'apt-severity-badge',
  template: `<span [class]="'badge ' + severity()">{{ word() }}</span>`,
  styles: `
    .badge {
      min-width: 70px;
      text-align: center;
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
export class SeverityBadge {
  readonly severity = input.required<Severity>();
  private readonly words = words({ en: uiEn, de: uiDe });
  protected readonly word = computed(() => this.words().severity[this.severity()]);
}
