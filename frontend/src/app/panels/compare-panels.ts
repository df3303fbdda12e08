import { Component, computed, inject, input } from '@angular/core';
import type { CompareRow, TrendSeries } from '@app/contracts';
import type { ApiFeed } from '../api/api-feed';
import { boxChart } from '../charts/box.options';
import { ChartPanel } from '../charts/chart-panel';
import { radarChart } from '../charts/radar.options';
import { Fleet } from '../fleet/fleet';
import { namedApart } from '../fleet/named-apart';
import { words } from '../i18n/language';
import { Theme } from '../theme/theme';
import { Panel } from '../ui/panel';
import { CompareTable } from './compare-table';
import { panelsDe } from './words.de';
import { panelsEn } from './words.en';

/** The radar and, always beside it, the ranked figures that it is drawn from. */
@Component({
  selector: 'apt-compare-panels',
  imports: [ChartPanel, Panel, CompareTable],
  template: `
    <apt-chart-panel
      data-testid="chart-radar"
      [heading]="words().heading"
      [caption]="words().caption"
      [feed]="feed()"
      [view]="radar()"
      [height]="330"
    />
    <apt-panel
      [heading]="words().ranking"
      [caption]="words().rankingCaption"
      [feed]="feed()"
      [height]="330"
    >
      @if (rows(); as rows) {
        <apt-compare-table [rows]="rows" [series]="series()" />
      }
    </apt-panel>
    @if (spread()) {
      <apt-chart-panel
        class="spread"
        data-testid="chart-spread"
        [heading]="words().spread"
        [caption]="words().spreadCaption"
        [feed]="feed()"
        [view]="boxes()"
        [height]="boxHeight()"
      />
    }
  `,
  styles: `
    :host {
      --panel-height: 100%;
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--space-3);
    }
    .spread {
      --panel-height: auto;
    }
    @media (min-width: 1100px) {
      :host {
        grid-template-columns: minmax(0, 4fr) minmax(0, 9fr);
      }
      .spread {
        grid-column: 1 / -1;
      }
    }
  `,
})
export class ComparePanels {
  readonly feed = input.required<ApiFeed<CompareRow[]>>();
  /** Bucket by bucket, for the course of the medians; empty: not shown. */
  readonly series = input<readonly TrendSeries[]>([]);
  /** Whether the spread of durations is shown below. */
  readonly spread = input(false);

  private readonly fleet = inject(Fleet);
  private readonly theme = inject(Theme);
  protected readonly words = words({ en: panelsEn.compare, de: panelsDe.compare });
  protected readonly rows = computed(() => {
    const rows = this.feed().data();
    return rows && namedApart(rows);
  });
  protected readonly radar = computed(() => {
    const rows = this.rows();
    return rows && radarChart(rows, (id) => this.fleet.styleOf(id), this.theme.palette());
  });
  protected readonly boxes = computed(() => {
    const [rows, palette] = [this.rows(), this.theme.palette()];
    const boxes = rows?.map(({ agentId, agentName, duration }) => {
      const colour = palette.agents[this.fleet.styleOf(agentId).hue] ?? palette.accent;
      return { id: agentId, label: agentName, colour, duration };
    });
    return boxes && boxChart(boxes, palette);
  });
  protected readonly boxHeight = computed(() => 60 + 34 * (this.rows()?.length ?? 4));
}
