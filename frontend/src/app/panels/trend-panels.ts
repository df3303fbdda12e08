import { Component, computed, inject, input, signal } from '@angular/core';
import type { TrendPoint } from '@app/contracts';
import type { ApiFeed } from '../api/api-feed';
import { ChartPanel } from '../charts/chart-panel';
import type { Episode } from '../charts/chart-view';
import { DURATION_VIEWS, executionTimeChart } from '../charts/execution-time.options';
import type { DurationView, ExpectedDuration } from '../charts/execution-time.options';
import { resourcesChart } from '../charts/resources.options';
import { Segments } from '../charts/segments';
import { successRateChart } from '../charts/success-rate.options';
import type { Limit } from '../charts/time-axis';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { scopeDe } from '../scope/words.de';
import { scopeEn } from '../scope/words.en';
import { Theme } from '../theme/theme';
import { panelsDe } from './words.de';
import { panelsEn } from './words.en';

/** Charts over time share a crosshair. */
const GROUP = 'time';

@Component({
  selector: 'apt-execution-time-panel',
  imports: [ChartPanel, Segments],
  template: `
    <apt-chart-panel
      data-testid="chart-execution-time"
      [heading]="words().executionTime"
      [caption]="said()"
      [feed]="feed()"
      [view]="view()"
      [height]="254"
      group="${GROUP}"
    >
      <apt-segments
        chartActions
        class="views"
        [label]="words().shown"
        [options]="views()"
        [(value)]="shown"
      />
    </apt-chart-panel>
  `,
  styles: `
    @media (max-width: 620px) {
      .views {
        display: none;
      }
    }
  `,
})
export class ExecutionTimePanel {
  readonly feed = input.required<ApiFeed<TrendPoint[]>>();
  readonly caption = input('');
  readonly expected = input<ExpectedDuration | null>(null);
  /** Further levels, such as those from which alerts fire; milliseconds. */
  readonly limits = input<readonly Limit[]>([]);
  readonly episodes = input<readonly Episode[]>([]);

  private readonly theme = inject(Theme);
  private readonly scope = inject(Scope);
  private readonly scopeWords = words({ en: scopeEn, de: scopeDe });
  protected readonly words = words({ en: panelsEn.trend, de: panelsDe.trend });
  protected readonly shown = signal<DurationView>('percentiles');
  protected readonly views = computed(() =>
    DURATION_VIEWS.map((value) => ({ value, label: this.words().views[value] })),
  );
  protected readonly said = computed(() => {
    const period = this.scope.period();
    return [this.caption(), period && this.scopeWords().per[period]].filter(Boolean).join(', ');
  });
  protected readonly view = computed(() => {
    const points = this.feed().data();
    if (points === undefined) return undefined;
    return executionTimeChart(points, this.theme.palette(), {
      expected: this.expected(),
      limits: this.limits(),
      episodes: this.episodes(),
      shown: this.shown(),
    });
  });
}

@Component({
  selector: 'apt-success-rate-panel',
  imports: [ChartPanel],
  template: `
    <apt-chart-panel
      data-testid="chart-success-rate"
      [heading]="words().successRate"
      [caption]="words().andTasks"
      [feed]="feed()"
      [view]="view()"
      [height]="204"
      group="${GROUP}"
    />
  `,
})
export class SuccessRatePanel {
  readonly feed = input.required<ApiFeed<TrendPoint[]>>();
  private readonly theme = inject(Theme);
  protected readonly words = words({ en: panelsEn.trend, de: panelsDe.trend });
  protected readonly view = computed(() => {
    const points = this.feed().data();
    return points && successRateChart(points, this.theme.palette());
  });
}

@Component({
  selector: 'apt-resources-panel',
  imports: [ChartPanel, Segments],
  template: `
    <apt-chart-panel
      data-testid="chart-resources"
      [heading]="words().resources"
      [caption]="words().meanPerTask"
      [feed]="feed()"
      [view]="view()"
      [height]="204"
      group="${GROUP}"
    >
      <apt-segments chartActions [label]="words().drawnAs" [options]="ways()" [(value)]="drawn" />
    </apt-chart-panel>
  `,
})
export class ResourcesPanel {
  readonly feed = input.required<ApiFeed<TrendPoint[]>>();
  private readonly theme = inject(Theme);
  protected readonly words = words({ en: panelsEn.trend, de: panelsDe.trend });
  protected readonly drawn = signal<'line' | 'bar'>('line');
  protected readonly ways = computed(() =>
    (['line', 'bar'] as const).map((value) => ({ value, label: this.words().as[value] })),
  );
  protected readonly view = computed(() => {
    const points = this.feed().data();
    return points && resourcesChart(points, this.theme.palette(), this.drawn());
  });
}
