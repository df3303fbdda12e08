import { Component, input } from '@angular/core';
import { Icon } from './icon';
import type { IconName } from './icon';

/** Nothing to show: why, and (as content) what to do about it. */
@Component({
  selector: 'apt-empty',
  imports: [Icon],
  template: `
    <div class="blank" [class.panel]="framed()">
      @if (icon(); as icon) {
        <span class="sign"><apt-icon [name]="icon" /></span>
      }
      <h2>{{ heading() }}</h2>
      @if (hint()) {
        <p>
          <bdi>{{ hint() }}</bdi>
        </p>
      }
      <div class="do"><ng-content /></div>
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
    .sign {
      display: grid;
      place-items: center;
      width: 40px;
      height: 40px;
      margin-bottom: var(--space-1);
      border-radius: var(--radius-l);
      background: var(--sunken);
      color: var(--muted);
      font-size: var(--text-xl);
    }
    :not(.panel) > h2 {
      font-size: var(--text-l);
    }
    .do {
      display: flex;
      flex-wrap: wrap;
      justify-content: center;
      gap: var(--space-2);
    }
  `,
})
export class Empty {
  readonly heading = input.required<string>();
  readonly hint = input('');
  readonly icon = input<IconName>();
  /** Whether it stands on the page itself, and not in a panel. */
  readonly framed = input(false);
}
