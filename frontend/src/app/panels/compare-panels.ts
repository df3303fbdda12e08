import { Component, computed, inject, input } from '@angular/core';
import type { CompareRow } from '@app/contracts';
import type { ApiFeed } from '../api/api-feed';
import { ChartPanel } from '../charts/chart-panel';
import { radarChart } from '../charts/radar.options';
import { Fleet } from '../fleet/fleet';
import { Theme } from '../theme/theme';
import { Panel } from '../ui/panel';
import { CompareTable } from './compare-table';

/** The radar and, always beside it, the ranked figures that it is drawn from. */
@Component({
  selector: 'apt-compare-panels',
  imports: [ChartPanel, Panel, CompareTable],
  template: `
    <apt-chart-panel
      data-testid="chart-radar"
      heading="Comparison"
      caption="100 is the best of those compared"
      [feed]="feed()"
      [view]="radar()"
      [height]="330"
    />
    <apt-panel
      heading="Ranking"
      caption="by what is certain of the success rate"
      [feed]="feed()"
      [height]="330"
    >
      @if (feed().data(); as rows) {
        <apt-compare-table [rows]="rows" />
      }
    </apt-panel>
  `,
  styles: `
    :host {
      --panel-height: 100%;
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 12px;
    }
    @media (min-width: 1100px) {
      :host {
        grid-template-columns: minmax(0, 5fr) minmax(0, 9fr);
      }
    }
  `,
})
export class ComparePanels {
  readonly feed = input.required<ApiFeed<CompareRow[]>>();
  private readonly fleet = inject(Fleet);
  private readonly theme = inject(Theme);
  protected readonly radar = computed(() => {
    const rows = this.feed().data();
    return rows && radarChart(rows, (id) => this.fleet.styleOf(id), this.theme.palette());
  });
}
