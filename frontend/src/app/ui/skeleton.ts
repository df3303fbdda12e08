import { Component, computed, input } from '@angular/core';
import { words } from '../i18n/language';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

/** Holds the place of what is on its way. */
@Component({
  selector: 'apt-skeleton',
  template: `
    <span class="sr-only">{{ words().loading }}</span>
    @if (lines() > 0) {
      @for (width of widths(); track $index) {
        <div class="skeleton line" [style.width.%]="width"></div>
      }
    } @else {
      <div class="skeleton" [style.height.px]="height()"></div>
    }
  `,
  styles: `
    :host {
      display: block;
      position: relative;
    }
    .line {
      height: 12px;
      margin: var(--space-2h) 0;
      border-radius: var(--radius-s);
    }
  `,
})
export class Skeleton {
  /** What the content will take, so that nothing moves when it comes; pixels. */
  readonly height = input(200);
  /** Of text; 0: a block. */
  readonly lines = input(0);
  protected readonly words = words({ en: uiEn, de: uiDe });
  protected readonly widths = computed(() =>
    Array.from({ length: this.lines() }, (_, at) => 92 - ((at * 37) % 45)),
  );
}
