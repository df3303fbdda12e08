import { Component, computed, inject, signal } from '@angular/core';
import type { TrendPoint } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { ChartPanel } from '../charts/chart-panel';
import { HEAT_METRICS, heatmapChart, weekHours } from '../charts/heatmap.options';
import type { HeatMetric } from '../charts/heatmap.options';
import { Segments } from '../charts/segments';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { Theme } from '../theme/theme';
import { heatParams } from './panel-feeds';
import { panelsDe } from './words.de';
import { panelsEn } from './words.en';

/** Hours of the week change slowly. */
const EVERY_MS = 60_000;

/** When agents are at work, and when they fail: hours of the day by weekdays. */
@Component({
  selector: 'apt-activity-panel',
  imports: [ChartPanel, Segments],
  template: `
    <apt-chart-panel
      data-testid="chart-activity"
      [heading]="words().activity"
      [caption]="caption()"
      [feed]="feed"
      [view]="view()"
      [height]="212"
    >
      <apt-segments
        chartActions
        [label]="words().activity"
        [options]="metrics()"
        [(value)]="metric"
      />
    </apt-chart-panel>
  `,
})
export class ActivityPanel {
  private readonly scope = inject(Scope);
  private readonly theme = inject(Theme);
  protected readonly words = words({ en: panelsEn.trend, de: panelsDe.trend });
  private readonly viewWords = words({ en: panelsEn.view, de: panelsDe.view });
  protected readonly metric = signal<HeatMetric>('tasks');
  protected readonly metrics = computed(() =>
    HEAT_METRICS.map((value) => ({ value, label: this.words().heat[value] })),
  );

  protected readonly feed = apiFeed<TrendPoint[]>(() => {
    const [project, heat] = [this.scope.project(), heatParams(this.scope)];
    if (project === undefined || heat === undefined) return undefined;
    const agentType = this.scope.agentType();
    return { path: 'trends', params: { project, ...heat.params, agentType } };
  }, EVERY_MS);

  protected readonly caption = computed(() => {
    const own = heatParams(this.scope)?.own ?? true;
    return own ? this.words().activityCaption : this.viewWords().lastWeek;
  });
  protected readonly view = computed(() => {
    const points = this.feed.data();
    if (points === undefined) return undefined;
    const metric = this.metric();
    const name = this.words().heat[metric];
    const hours = weekHours(points, this.scope.timeZone());
    return heatmapChart(hours, metric, name, this.theme.palette());
  });
}
