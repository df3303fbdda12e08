import { Component, input } from '@angular/core';
import { Icon } from './icon';
import type { IconName } from './icon';

export type Tone = 'good' | 'bad' | 'warn' | 'accented' | 'quiet';

/** A state in a word; where it matters with a shape beside it, so that colour is not all. */
@Component({
  selector: 'apt-badge',
  imports: [Icon],
  template: `<span [class]="'badge ' + tone()">
    @if (icon(); as icon) {
      <apt-icon [name]="icon" />
    }
    <ng-content
  /></span>`,
  styles: `
    :host {
      display: inline-flex;
    }
    .badge {
      flex: 1;
      min-width: var(--badge-width, 0);
    }
  `,
})
export class Badge {
  readonly tone = input<Tone>('quiet');
  readonly icon = input<IconName>();
}
