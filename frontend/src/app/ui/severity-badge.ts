import { Component, computed, input } from '@angular/core';
import type { Severity } from '@app/contracts';
import { words } from '../i18n/language';
import { Badge } from './badge';
import type { Tone } from './badge';
import type { IconName } from './icon';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

const MARKS: Readonly<Record<Severity, { icon: IconName; tone: Tone }>> = {
  critical: { icon: 'cross', tone: 'bad' },
  warning: { icon: 'alerts', tone: 'warn' },
  info: { icon: 'info', tone: 'accented' },
};

/** How bad: a shape, a word and a colour. */
@Component({
  selector: 'apt-severity-badge',
  imports: [Badge],
  template: `<apt-badge [tone]="mark().tone" [icon]="mark().icon">{{ word() }}</apt-badge>`,
  styles: `
    :host {
      --badge-width: 84px;
      display: inline-flex;
      /* Beside several lines it keeps its height. */
      align-items: start;
    }
  `,
})
export class SeverityBadge {
  readonly severity = input.required<Severity>();
  private readonly words = words({ en: uiEn, de: uiDe });
  protected readonly word = computed(() => this.words().severity[this.severity()]);
  protected readonly mark = computed(() => MARKS[this.severity()]);
}
