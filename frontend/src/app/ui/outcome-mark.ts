import { Component, computed, input } from '@angular/core';
import type { Outcome } from '@app/contracts';
import { Icon } from './icon';
import type { IconName } from './icon';

const MARKS: Readonly<Record<Outcome | 'running', { icon: IconName; tone: string; word: string }>> =
  {
    success: { icon: 'check', tone: 'good', word: 'Succeeded' },
    failure: { icon: 'cross', tone: 'bad', word: 'Failed' },
    timeout: { icon: 'timeout', tone: 'bad', word: 'Timed out' },
    cancelled: { icon: 'cancelled', tone: 'muted', word: 'Cancelled' },
    abandoned: { icon: 'cross', tone: 'warn', word: 'Abandoned' },
    running: { icon: 'running', tone: 'accent', word: 'Running' },
  };

/** How an execution stands: a shape and a colour for the eye, a word for the ear. */
@Component({
  selector: 'apt-outcome-mark',
  imports: [Icon],
  template: `
    <span [class]="mark().tone" [title]="mark().word">
      <apt-icon [name]="mark().icon" />
      <span [class.sr-only]="!worded()">{{ mark().word }}</span>
    </span>
  `,
  styles: `
    :host {
      display: inline-flex;
    }
    span {
      display: inline-flex;
      align-items: center;
      gap: 6px;
    }
  `,
})
export class OutcomeMark {
  readonly status = input.required<Outcome | 'running'>();
  /** Whether the word is shown too. */
  readonly worded = input(false);
  protected readonly mark = computed(() => MARKS[this.status()]);
}
