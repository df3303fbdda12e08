import { Component, InjectionToken, computed, inject, input } from '@angular/core';
import type { ApiFeed } from '../api/api-feed';
import { ProblemNote } from './problem-note';
import { Skeleton } from './skeleton';

let lastId = 0;

/**
 * What a panel is to who cannot see it: a landmark, unless its page says otherwise because it
 * knows neither how many panels there are nor that their names differ.
 */
export const PANEL_ROLE = new InjectionToken<'group'>('role of panels');

/** A titled box that shows its content once its feed has an answer, and says so when it has none. */
@Component({
  selector: 'apt-panel',
  imports: [ProblemNote, Skeleton],
  template: `
    <section class="panel" [attr.role]="role" [attr.aria-labelledby]="id">
      <header>
        <h2 [id]="id">{{ heading() }}</h2>
        <span class="caption">{{ (answered() && tally()) || caption() }}</span>
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
        <apt-skeleton [height]="height()" />
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
      gap: var(--space-2);
      min-height: 28px;
      margin-bottom: var(--space-1h);
    }
    h2 {
      margin: 0;
      font-size: var(--text-m);
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
      gap: var(--space-1);
      margin-inline-end: calc(-1 * var(--space-1h));
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
  /** What the answer holds, such as a count: said in the caption's place once there is an answer. */
  readonly tally = input('');
  /** Absent: the content needs no answer. */
  readonly feed = input<ApiFeed<unknown>>();
  /** What the content will take, so that nothing moves when it comes; pixels. */
  readonly height = input(200);

  protected readonly role = inject(PANEL_ROLE, { optional: true });
  protected readonly id = `panel-${(lastId += 1)}`;
  protected readonly problem = computed(() => this.feed()?.problem());
  protected readonly answered = computed(() => {
    const feed = this.feed();
    return feed === undefined || feed.data() !== undefined;
  });
}
