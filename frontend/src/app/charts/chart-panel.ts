import { Component, input, signal } from '@angular/core';
import type { ApiFeed } from '../api/api-feed';
import { Icon } from '../ui/icon';
import { Panel } from '../ui/panel';
import { Chart } from './chart';
import type { ChartView } from './chart-view';

/** A panel with one chart and the switch to its table. */
@Component({
  selector: 'apt-chart-panel',
  imports: [Panel, Chart, Icon],
  template: `
    <apt-panel [heading]="heading()" [caption]="caption()" [feed]="feed()" [height]="height()">
      <ng-container panelActions>
        @if (view()) {
          <button
            type="button"
            class="icon-button"
            [attr.aria-pressed]="asTable()"
            [attr.aria-label]="heading() + ' as a table'"
            [title]="asTable() ? 'Chart' : 'Table'"
            (click)="asTable.set(!asTable())"
          >
            <apt-icon [name]="asTable() ? 'chart' : 'table'" />
          </button>
        }
      </ng-container>
      @if (view(); as view) {
        <apt-chart
          [view]="view"
          [asTable]="asTable()"
          [height]="height()"
          [legendAt]="legendAt()"
          [group]="group()"
        />
      }
    </apt-panel>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
  `,
})
export class ChartPanel {
  readonly heading = input.required<string>();
  readonly caption = input('');
  readonly feed = input.required<ApiFeed<unknown>>();
  /** Undefined: the feed has no answer yet. */
  readonly view = input.required<ChartView | undefined>();
  readonly height = input(220);
  readonly legendAt = input<'top' | 'side'>('top');
  readonly group = input('');
  protected readonly asTable = signal(false);
}
