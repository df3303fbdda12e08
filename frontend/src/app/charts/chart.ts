import {
  Component,
  DestroyRef,
  computed,
  effect,
  inject,
  input,
  linkedSignal,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import type { ElementRef } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { Params } from '@angular/router';
import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { NgxEchartsDirective, provideEchartsCore } from 'ngx-echarts';
import { formatBucket, formatInstant } from '../format/format';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { Theme } from '../theme/theme';
import { ChartLegend } from './chart-legend';
import { ChartSettings } from './chart-settings';
import { ChartTable } from './chart-table';
import { withGapsClosed, withPatterns, withoutSeries } from './chart-view';
import type { ChartView, Episode } from './chart-view';
import { loadEcharts } from './load-echarts';
import { Painter } from './painter';
import { labelsWithin, toneOf, withLabels } from './time-axis';
import { TimeCursor, spanOfStretch } from './time-cursor';
import { chartWords } from './words';

/** Lines are drawn on over so many missing points, where the reader wants it. */
const SHORT_GAP = 3;
/** Where in a chart the keyboard asks for the tooltip, pixels from above. */
const TIP_Y = 60;

interface Held {
  view: ChartView;
  /** What a change of lets go of what is held. */
  key: unknown;
}

/** A chart with its legend, or the same data as a table; the only place that draws. */
@Component({
  selector: 'apt-chart',
  imports: [NgxEchartsDirective, ChartLegend, ChartTable, RouterLink],
  providers: [provideEchartsCore({ echarts: loadEcharts })],
  templateUrl: './chart.html',
  styleUrl: './chart.css',
})
export class Chart {
  readonly view = input.required<ChartView>();
  readonly asTable = input(false);
  /** Of the whole, legend included; pixels. */
  readonly height = input(220);
  readonly legendAt = input<'top' | 'side' | 'none'>('top');
  /** Charts of one group share their crosshair. */
  readonly group = input('');

  private readonly scope = inject(Scope);
  private readonly theme = inject(Theme);
  private readonly painter = inject(Painter);
  private readonly settings = inject(ChartSettings);
  private readonly router = inject(Router);
  protected readonly alertsPage = `${HOME}/alerts`;
  protected readonly words = computed(chartWords);
  private readonly canvas = viewChild<ElementRef<HTMLElement>>('canvas');

  private readonly hovered = signal(false);
  /** The view that is drawn: while the reader points at it, live news does not move it. */
  private readonly held = linkedSignal<Held & { hold: boolean }, Held>({
    source: () => ({
      view: this.view(),
      hold: this.hovered() || this.cursor.at() !== null,
      key: [this.scope.range(), this.theme.palette()],
    }),
    computation: ({ view, hold, key }, before) => {
      const same = JSON.stringify(before?.value.key) === JSON.stringify(key);
      return before !== undefined && hold && same ? before.value : { view, key };
    },
  });
  protected readonly shown = computed(() => this.held().view);
  protected readonly zoomable = computed(() => (this.shown().buckets?.length ?? 0) > 0);

  /** How many labels there is room for below. */
  private readonly labels = signal(Infinity);
  /** Series that the reader has hidden, by id. */
  protected readonly hidden = signal<ReadonlySet<string>>(new Set());
  protected readonly options = computed(() => this.optionsOf(this.shown(), this.hidden()));
  /** What the directive begins with; from then on it is drawn here, in step with all others. */
  protected readonly start = linkedSignal<EChartsCoreOption, EChartsCoreOption>({
    source: this.options,
    computation: (now, before) => before?.value ?? now,
  });

  private readonly chart = signal<ECharts | undefined>(undefined);
  protected readonly cursor: TimeCursor = new TimeCursor(
    () => this.shown().buckets ?? [],
    (span) => this.scope.zoomTo({ ...span, toMs: Math.min(span.toMs, Date.now()) }),
  );
  /** Where the selected stretch lies, pixels. */
  protected readonly stretch = computed(() => {
    const stretch = this.cursor.stretch();
    const span = stretch && spanOfStretch(this.shown().buckets ?? [], stretch);
    const last = this.shown().buckets?.at(-1);
    if (!span || last === undefined) return null;
    const [left, right] = [this.pxOf(span.fromMs), this.pxOf(Math.min(span.toMs, last.fromMs))];
    return { left, width: Math.max(2, right - left) };
  });
  protected readonly spoken = computed(() => {
    const [at, stretch, { buckets = [], table }] = [
      this.cursor.at(),
      this.cursor.stretch(),
      this.shown(),
    ];
    const span = stretch && stretch.from !== stretch.to && spanOfStretch(buckets, stretch);
    if (span) return this.words().selected(formatBucket(span.fromMs, span.toMs));
    const row = at === null ? undefined : table.rows[at];
    return row?.map((cell, column) => `${table.columns[column]?.label ?? ''} ${cell}`).join(', ');
  });

  constructor() {
    effect(() => {
      const [chart, options] = [this.chart(), this.options()];
      if (chart !== undefined) this.painter.paint(this, () => draw(chart, options));
    });
    effect(() => {
      const chart = this.chart();
      if (chart !== undefined) chart.group = this.settings.sync() ? this.group() : '';
    });
    effect((onCleanup) => {
      const canvas = this.canvas()?.nativeElement;
      if (canvas === undefined) return;
      const watch = new ResizeObserver(() => this.labels.set(labelsWithin(canvas.clientWidth)));
      watch.observe(canvas);
      onCleanup(() => watch.disconnect());
    });
    effect(() => {
      const at = this.cursor.at();
      untracked(() => this.tip(at));
    });
    inject(DestroyRef).onDestroy(() => this.painter.forget(this));
  }

  /** The chart as a picture, twice as fine as on the screen; undefined where none is drawn. */
  picture(): string | undefined {
    const chart = this.chart();
    if (chart === undefined || chart.isDisposed()) return undefined;
    return chart.getDataURL({ type: 'png', pixelRatio: 2 });
  }

  /** The legend as drawn: without what is hidden. */
  shownLegend(): ChartView['legend'] {
    return this.shown().legend.filter(({ id }) => !this.hidden().has(id));
  }

  protected take(chart: ECharts): void {
    this.chart.set(chart);
    chart.on('click', (event) => {
      const { componentType, name } = event as { componentType?: string; name?: string };
      if (componentType !== 'markArea' || !name) return;
      void this.router.navigate([this.alertsPage], { queryParams: this.paramsTo(name) });
    });
    if (this.group() !== '') void loadEcharts().then(({ connect }) => connect(this.group()));
  }

  protected press(event: PointerEvent): void {
    if (!this.zoomable() || event.button !== 0) return;
    const px = this.pxIn(event);
    this.cursor.press(px, this.msAt(px));
  }

  protected move(event: PointerEvent): void {
    this.hovered.set(true);
    if (!this.cursor.dragging) return;
    const px = this.pxIn(event);
    this.cursor.move(px, this.msAt(px));
    // From here on the drag goes on outside, too.
    if (this.cursor.stretch()) this.canvas()?.nativeElement.setPointerCapture(event.pointerId);
  }

  protected release(): void {
    if (this.cursor.dragging) this.cursor.release();
  }

  protected leave(): void {
    this.hovered.set(false);
    if (this.cursor.dragging && this.cursor.stretch() === null) this.cursor.cancel();
  }

  protected key(event: KeyboardEvent): void {
    if (this.zoomable() && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (this.cursor.key(event)) event.preventDefault();
    }
  }

  protected paramsTo(alert: string): Params {
    return { ...this.scope.linkParams(), alert };
  }

  protected when({ fromMs, toMs }: Episode): string {
    const { alertSince, stillOpen } = this.words();
    return alertSince(formatInstant(fromMs), toMs === null ? stillOpen : formatInstant(toMs));
  }

  protected tone({ severity }: Episode): string {
    return toneOf(severity, this.theme.palette());
  }

  private optionsOf(view: ChartView, hidden: ReadonlySet<string>): EChartsCoreOption {
    const fitting = withLabels(view.options, view.buckets, this.labels());
    const shown = withoutSeries(fitting, hidden);
    const closed = this.settings.connectGaps() ? withGapsClosed(shown, SHORT_GAP) : shown;
    return this.settings.patterns() ? withPatterns(closed) : closed;
  }

  /** Shows what the library shows under the pointer, here for the keyboard. */
  private tip(at: number | null): void {
    const chart = this.chart();
    if (chart === undefined || chart.isDisposed()) return;
    const bucket = at === null ? undefined : this.shown().buckets?.[at];
    if (bucket === undefined) chart.dispatchAction({ type: 'hideTip' });
    else chart.dispatchAction({ type: 'showTip', x: this.pxOf(bucket.fromMs), y: TIP_Y });
  }

  private pxIn(event: PointerEvent): number {
    return event.clientX - (this.canvas()?.nativeElement.getBoundingClientRect().left ?? 0);
  }

  private msAt(px: number): number {
    return this.chart()?.convertFromPixel({ xAxisIndex: 0 }, px) ?? 0;
  }

  private pxOf(atMs: number): number {
    return this.chart()?.convertToPixel({ xAxisIndex: 0 }, atMs) ?? 0;
  }
}

/** Where series and axes are the same as before, only what differs is worked out anew. */
function draw(chart: ECharts, options: EChartsCoreOption): void {
  if (chart.isDisposed()) return;
  const sameShape = shapeOf(chart.getOption()) === shapeOf(options);
  chart.setOption(options, { notMerge: !sameShape, lazyUpdate: false });
}

function shapeOf(options: EChartsCoreOption): string {
  const list = (value: unknown): unknown[] =>
    Array.isArray(value) ? value : value === undefined ? [] : [value];
  const series = list(options['series']) as { id?: string; type?: string; markArea?: unknown }[];
  return JSON.stringify([
    series.map(({ id, type, markArea }) => [id, type, markArea !== undefined]),
    list(options['xAxis']).length,
    list(options['yAxis']).length,
  ]);
}
