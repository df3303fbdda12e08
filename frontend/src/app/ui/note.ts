import { Component, computed, input } from '@angular/core';
import { Icon } from './icon';
import type { IconName } from './icon';

export type NoteTone = 'info' | 'good' | 'warn' | 'bad';

const ICONS: Readonly<Record<NoteTone, IconName>> = {
  info: 'info',
  good: 'check',
  warn: 'alerts',
  bad: 'alerts',
};

/**
 * Something to know before going on, with what can be done about it (`noteActions`). Who shows it
 * gives the role: `alert` where something failed, `status` where something was done.
 */
@Component({
  selector: 'apt-note',
  imports: [Icon],
  template: `
    <apt-icon [name]="icon()" />
    <div class="text"><ng-content /></div>
    <ng-content select="[noteActions]" />
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--space-1) var(--space-2h);
      min-height: var(--control);
      margin-bottom: var(--space-3);
      padding: var(--space-1) var(--space-2) var(--space-1) var(--space-3);
      border-radius: var(--radius-m);
      background: var(--accent-soft);
      color: var(--accent-text);
      overflow-wrap: anywhere;
    }
    .text {
      flex: 1 1 0;
      min-width: min(160px, 100%);
    }
    :host(.good) {
      background: var(--good-soft);
      color: var(--good);
    }
    :host(.warn) {
      background: var(--warn-soft);
      color: var(--warn);
    }
    :host(.bad) {
      background: var(--bad-soft);
      color: var(--bad);
    }
    @media (forced-colors: active) {
      :host {
        border: 1px solid;
      }
    }
  `,
  host: { '[class]': 'tone()' },
})
export class Note {
  readonly tone = input<NoteTone>('info');
  protected readonly icon = computed(() => ICONS[this.tone()]);
}
