import { Component, computed, inject, input } from '@angular/core';
import { ChartPanel } from '../charts/chart-panel';
import { ChartTable } from '../charts/chart-table';
import { METRICS, formatMetric, metricName } from '../charts/metrics';
import { chartWords } from '../charts/words';
import { Fleet } from '../fleet/fleet';
import { delta, formatType } from '../format/format';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { scopeDe } from '../scope/words.de';
import { scopeEn } from '../scope/words.en';
import { Theme } from '../theme/theme';
import { Panel } from '../ui/panel';
import { Sparkline } from '../ui/sparkline';
import { panelChart, panelTable } from './panel-chart';
import { heatParams, panelFeeds } from './panel-feeds';
import { ABILITIES, drawable } from './panel-spec';
import type { PanelSpec } from './panel-spec';
import { panelsDe } from './words.de';
import { panelsEn } from './words.en';

/**
 * Draws a {@link PanelSpec} over the project, range and filters of the page. Buttons for its head
 * are handed in with the attribute `panelActions`.
 */
@Component({
  selector: 'apt-panel-view',
  imports: [ChartPanel, ChartTable, Panel, Sparkline],
  templateUrl: './panel-view.html',
  styleUrl: './panel-view.css',
})
export class PanelView {
  readonly spec = input.required<PanelSpec>();
  /** Of the chart, table or figure; pixels. */
  readonly height = input(220);

  private readonly scope = inject(Scope);
  private readonly fleet = inject(Fleet);
  private readonly theme = inject(Theme);
  protected readonly words = words({ en: panelsEn.view, de: panelsDe.view });
  private readonly scopeWords = words({ en: scopeEn, de: scopeDe });
  protected readonly drawn = computed(() => drawable(this.spec()));
  protected readonly feeds = panelFeeds(this.drawn);

  protected readonly heading = computed(() => {
    const { title, kind, metrics } = this.drawn();
    if (title !== '') return title;
    const { radar, band, box } = this.words();
    if (kind === 'radar' || kind === 'band' || kind === 'box') return { radar, band, box }[kind];
    if (kind === 'heatmap' && metrics[0] === 'failed') return chartWords().failureRate;
    return metrics.map(metricName).join(' · ');
  });
  protected readonly caption = computed(() => {
    const { kind, by, agentType, complexity } = this.drawn();
    const { by: split, onlyType, onlyLevel, lastWeek } = this.words();
    const [period, isHeat] = [this.scope.period(), kind === 'heatmap'];
    const overTime = by === 'none' && ['line', 'bar', 'band'].includes(kind);
    return [
      by !== 'none' && ABILITIES[kind].splits.length > 1 && split[by],
      overTime && period && this.scopeWords().per[period],
      isHeat && heatParams(this.scope)?.own === false && lastWeek,
      agentType !== null && onlyType(formatType(agentType)),
      complexity !== null && onlyLevel(complexity),
    ]
      .filter(Boolean)
      .join(' · ');
  });
  protected readonly group = computed(() => {
    const { kind, by } = this.drawn();
    const overTime = kind === 'line' || kind === 'band' || (kind === 'bar' && by === 'none');
    return overTime ? 'time' : '';
  });
  protected readonly legendAt = computed(() => (this.drawn().kind === 'pie' ? 'side' : 'top'));

  protected readonly view = computed(() => {
    const { points, series, rows, compared, total } = this.feeds;
    const data = {
      points: points.data(),
      series: series.data(),
      rows: rows(),
      compared: compared.data(),
      complexity: total.data()?.complexity,
    };
    const styleOf = (id: string) => this.fleet.styleOf(id);
    return panelChart(this.drawn(), data, { palette: this.theme.palette(), styleOf });
  });

  protected readonly table = computed(() => {
    const spec = this.drawn();
    const total = this.feeds.total.data();
    const rows = spec.by === 'agent' ? this.feeds.rows() : total && [total];
    return rows && panelTable(spec, rows);
  });

  protected readonly stat = computed(() => {
    const [metric = 'tasks'] = this.drawn().metrics;
    const total = this.feeds.total.data();
    if (total === undefined) return undefined;
    const { read, kind, better } = METRICS[metric];
    const how = kind === 'percent' || kind === 'score' ? 'points' : 'relative';
    // The tracker tells less of the time before: what it does not tell cannot be compared.
    const before = total.previous && read({ ...UNKNOWN, ...total.previous });
    return {
      text: formatMetric(metric, read(total)),
      change: delta(read(total), before, how, better),
      lowSample: total.lowSample && total.total > 0,
      total: total.total,
      course: (this.feeds.points.data() ?? []).map(read),
    };
  });
}

/** Sums that the time before is not told with: NaN is no figure, and makes no change. */
const UNKNOWN = {
  successful: NaN,
  failed: NaN,
  cancelled: NaN,
  lowSample: false,
  networkBytes: NaN,
  diskBytes: NaN,
  inputTokens: NaN,
  outputTokens: NaN,
  costUsd: NaN,
  complexity: {},
};
