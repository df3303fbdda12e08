import { Component, computed, input } from '@angular/core';
import type { ApiFeed } from '../api/api-feed';
import { words } from '../i18n/language';
import { ProblemNote } from './problem-note';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

let lastId = 0;

/** A titled box that shows its content once its feed has an answer, and says so when it has none. */
@Component({
  selector: 'apt-panel',
  imports: [ProblemNote],
  template: `
    <section class="panel" [attr.aria-labelledby]="id">
      <header>
        <h2 [id]="id">{{ heading() }}</h2>
        <span class="caption">{{ caption() }}</span>
        <div class="actions"><ng-content select="[panelActions]" /></div>
      </header>
      @if (problem(); as problem) {
        <div [style.min-height.px]="answered() ? null : height()" class="problem">
          <apt-problem-note [problem]="problem" [compact]="answered()" (retry)="feed()?.reload()" />
        </div>
      }
      @if (answered()) {
        <div class="body" [class.outdated]="feed()?.outdated()"><ng-content /></div>
      } @else if (!problem()) {
        <div class="skeleton" [style.height.px]="height()">
          <span class="sr-only">{{ words().loading }}</span>
        </div>
      }
    </section>
  `,
  styles: `
    :host {
      display: block;
      height: var(--panel-height, auto);
      min-width: 0;
    }
    .panel {
      display: flex;
      flex-direction: column;
      height: 100%;
    }
    header {
      display: flex;
      align-items: center;
      gap: 8px;
      min-height: 28px;
      margin-bottom: 6px;
    }
    h2 {
      margin: 0;
      font-size: 13.5px;
      font-weight: 620;
      white-space: nowrap;
    }
    .caption {
      flex: 1;
      min-width: 0;
      overflow: hidden;
      color: var(--muted);
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .actions {
      display: flex;
      align-items: center;
      gap: 4px;
      margin-right: -6px;
    }
    .body {
      flex: 1;
      min-height: 0;
      transition: opacity 0.15s;
    }
    .outdated {
      opacity: 0.5;
    }
    .problem {
      display: grid;
    }
  `,
})
export class Panel {
  readonly heading = input.required<string>();
  readonly caption = input('');
  /** Absent: the content needs no answer. */
  readonly feed = input<ApiFeed<unknown>>();
  /** What the content will take, so that nothing moves when it comes; pixels. */
  readonly height = input(200);

  protected readonly words = words({ en: uiEn, de: uiDe });
  protected readonly id = `panel-${(lastId += 1)}`;
  protected readonly problem = computed(() => this.feed()?.problem());
  protected readonly answered = computed(() => {
    const feed = this.feed();
    return feed === undefined || feed.data() !== undefined;
  });
}
