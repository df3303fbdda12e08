import { Component, computed, input, signal } from '@angular/core';
import type { ECharts } from 'echarts/core';
import { NgxEchartsDirective, provideEchartsCore } from 'ngx-echarts';
import { withoutSeries } from './chart-view';
import type { ChartView } from './chart-view';
import { ChartTable } from './chart-table';

const loadEcharts = () => import('./echarts');

/** A chart with its legend, or the same data as a table; the only place that knows the library. */
@Component({
  selector: 'apt-chart',
  imports: [NgxEchartsDirective, ChartTable],
  providers: [provideEchartsCore({ echarts: loadEcharts })],
  template: `
    @if (!asTable()) {
      <div class="chart" [class.aside]="legendAt() === 'side'" [style.--height.px]="height()">
        @if (legendAt() === 'top') {
          <ul class="legend">
            @for (item of view().legend; track item.id) {
              <li>
                <button
                  type="button"
                  [attr.aria-pressed]="!hidden().has(item.id)"
                  [attr.aria-label]="'Show ' + item.label"
                  (click)="toggle(item.id)"
                >
                  <i [class]="item.shape + ' ' + item.dash" [style.color]="item.colour"></i>
                  <bdi>{{ item.label }}</bdi>
                </button>
              </li>
            }
          </ul>
        }
        <div class="canvas" role="img" [attr.aria-label]="view().description">
          <div echarts class="drawn" [options]="options()" (chartInit)="join($event)"></div>
          @if (view().centre; as centre) {
            <div class="centre" aria-hidden="true">
              <b>{{ centre.value }}</b>
              <span>{{ centre.label }}</span>
            </div>
          }
        </div>
        @if (legendAt() === 'side') {
          <dl class="side">
            @for (item of view().legend; track item.id) {
              <div>
                <dt>
                  <i class="box" [style.color]="item.colour"></i><bdi>{{ item.label }}</bdi>
                </dt>
                <dd>{{ item.value }}</dd>
              </div>
            }
          </dl>
        }
      </div>
    } @else {
      <apt-chart-table
        [table]="view().table"
        [label]="view().description"
        [style.height.px]="height()"
      />
    }
  `,
  styleUrl: './chart.css',
})
export class Chart {
  readonly view = input.required<ChartView>();
  readonly asTable = input(false);
  /** Of the whole, legend included; pixels. */
  readonly height = input(220);
  readonly legendAt = input<'top' | 'side'>('top');
  /** Charts of one group share their crosshair. */
  readonly group = input('');

  /** Series that the reader has hidden, by id. */
  protected readonly hidden = signal<ReadonlySet<string>>(new Set());
  protected readonly options = computed(() => withoutSeries(this.view().options, this.hidden()));

  protected toggle(id: string): void {
    this.hidden.update((hidden) => {
      const next = new Set(hidden);
      if (!next.delete(id)) next.add(id);
      // Nothing left to see is no choice: show all again.
      return this.view().legend.every((item) => next.has(item.id)) ? new Set() : next;
    });
  }

  protected join(chart: ECharts): void {
    const group = this.group();
    if (group === '') return;
    chart.group = group;
    void loadEcharts().then(({ connect }) => connect(group));
  }
}
