import { Component, computed, inject, input } from '@angular/core';
import type { TrendPoint } from '@app/contracts';
import type { ApiFeed } from '../api/api-feed';
import { ChartPanel } from '../charts/chart-panel';
import { executionTimeChart } from '../charts/execution-time.options';
import type { ExpectedDuration } from '../charts/execution-time.options';
import { resourcesChart } from '../charts/resources.options';
import { successRateChart } from '../charts/success-rate.options';
import { Theme } from '../theme/theme';

/** Charts over time share a crosshair. */
const GROUP = 'time';

@Component({
  selector: 'apt-execution-time-panel',
  imports: [ChartPanel],
  template: `
    <apt-chart-panel
      data-testid="chart-execution-time"
      heading="Execution time"
      [caption]="caption()"
      [feed]="feed()"
      [view]="view()"
      [height]="254"
      group="${GROUP}"
    />
  `,
})
export class ExecutionTimePanel {
  readonly feed = input.required<ApiFeed<TrendPoint[]>>();
  readonly caption = input('');
  readonly expected = input<ExpectedDuration | null>(null);
  private readonly theme = inject(Theme);
  protected readonly view = computed(() => {
    const points = this.feed().data();
    return (
      points && executionTimeChart(points, this.theme.palette(), { expected: this.expected() })
    );
  });
}

@Component({
  selector: 'apt-success-rate-panel',
  imports: [ChartPanel],
  template: `
    <apt-chart-panel
      data-testid="chart-success-rate"
      heading="Success rate"
      caption="and number of tasks"
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
  protected readonly view = computed(() => {
    const points = this.feed().data();
    return points && successRateChart(points, this.theme.palette());
  });
}

@Component({
  selector: 'apt-resources-panel',
  imports: [ChartPanel],
  template: `
    <apt-chart-panel
      data-testid="chart-resources"
      heading="Resources"
      caption="mean per task"
      [feed]="feed()"
      [view]="view()"
      [height]="204"
      group="${GROUP}"
    />
  `,
})
export class ResourcesPanel {
  readonly feed = input.required<ApiFeed<TrendPoint[]>>();
  private readonly theme = inject(Theme);
  protected readonly view = computed(() => {
    const points = this.feed().data();
    return points && resourcesChart(points, this.theme.palette());
  });
}
