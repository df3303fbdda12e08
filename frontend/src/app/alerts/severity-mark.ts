import { Component, computed, input } from '@angular/core';
import type { Severity } from '@app/contracts';
import { formatType } from '../format/format';
import { Icon } from '../ui/icon';
import type { IconName } from '../ui/icon';

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
  protected readonly icon = computed(() => ICONS[this.severity()]);
  protected readonly word = computed(() => formatType(this.severity()));
}
