import { Component, computed, input } from '@angular/core';
import type { Outcome } from '@app/contracts';
import { words } from '../i18n/language';
import { Icon } from './icon';
import type { IconName } from './icon';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

const MARKS: Readonly<Record<Outcome | 'running', { icon: IconName; tone: string }>> = {
  success: { icon: 'check', tone: 'good' },
  failure: { icon: 'cross', tone: 'bad' },
  timeout: { icon: 'timeout', tone: 'bad' },
  cancelled: { icon: 'cancelled', tone: 'muted' },
  abandoned: { icon: 'cross', tone: 'warn' },
  running: { icon: 'running', tone: 'accent' },
};

/** How an execution stands: a shape and a colour for the eye, a word for the ear. */
@Component({
  selector: 'apt-outcome-mark',
  imports: [Icon],
  template: `
    <span [class]="mark().tone" [title]="word()">
      <apt-icon [name]="mark().icon" />
      <span [class.sr-only]="!worded()">{{ word() }}</span>
    </span>
  `,
  styles: `
    :host {
      display: inline-flex;
    }
    span {
      display: inline-flex;
      align-items: center;
      gap: var(--space-1h);
    }
  `,
})
export class OutcomeMark {
  readonly status = input.required<Outcome | 'running'>();
  /** Whether the word is shown too. */
  readonly worded = input(false);
  private readonly words = words({ en: uiEn, de: uiDe });
  protected readonly word = computed(() => this.words().outcome[this.status()]);
  protected readonly mark = computed(() => MARKS[this.status()]);
}
