import { Component, computed, input, model } from '@angular/core';
import type { LegendItem } from './chart-view';
import { chartWords } from './words';

/** The series that stay hidden when one of them is clicked: all others, or none if that was so. */
export function isolated(
  ids: readonly string[],
  hidden: ReadonlySet<string>,
  id: string,
): ReadonlySet<string> {
  const others = ids.filter((one) => one !== id);
  const isAlone = !hidden.has(id) && others.every((one) => hidden.has(one));
  return new Set(isAlone ? [] : others);
}

/** One series shown or hidden more. Nothing left to see is no choice: then all are shown. */
export function toggled(
  ids: readonly string[],
  hidden: ReadonlySet<string>,
  id: string,
): ReadonlySet<string> {
  const next = new Set(hidden);
  if (!next.delete(id)) next.add(id);
  return ids.every((one) => next.has(one)) ? new Set() : next;
}

/** The legend of a chart: a click shows a series alone, with Ctrl or by the space bar it hides it. */
@Component({
  selector: 'apt-chart-legend',
  template: `
    <ul [attr.aria-label]="words().legend">
      @for (item of items(); track item.id) {
        <li>
          <button
            type="button"
            data-testid="legend-item"
            [attr.aria-pressed]="!hidden().has(item.id)"
            [attr.aria-label]="words().show(item.label)"
            [title]="item.label"
            (click)="click(item.id, $event)"
            (keydown.space)="hide(item.id, $event)"
          >
            <i [class]="item.shape + ' ' + item.dash" [style.color]="item.colour"></i>
            <bdi>{{ item.label }}</bdi>
          </button>
        </li>
      }
    </ul>
  `,
  styleUrl: './chart-legend.css',
})
export class ChartLegend {
  readonly items = input.required<readonly LegendItem[]>();
  /** Ids of the series that the reader has hidden. */
  readonly hidden = model<ReadonlySet<string>>(new Set());
  protected readonly words = computed(chartWords);
  private readonly ids = computed(() => this.items().map(({ id }) => id));

  protected click(id: string, event: MouseEvent): void {
    const change = event.ctrlKey || event.metaKey ? toggled : isolated;
    this.hidden.update((hidden) => change(this.ids(), hidden, id));
  }

  /** Kept from becoming a click. */
  protected hide(id: string, event: Event): void {
    event.preventDefault();
    this.hidden.update((hidden) => toggled(this.ids(), hidden, id));
  }
}
