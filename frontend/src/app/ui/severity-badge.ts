import { Component, computed, input } from '@angular/core';
import type { Severity } from '@app/contracts';
import { formatType } from '../format/format';

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
  protected readonly word = computed(() => formatType(this.severity()));
}
