import { Clipboard } from '@angular/cdk/clipboard';
import { DOCUMENT } from '@angular/common';
import { Component, ElementRef, computed, inject, input, signal, viewChild } from '@angular/core';
import type { ApiFeed } from '../api/api-feed';
import { rangeLabel } from '../scope/range-text';
import { Scope } from '../scope/scope';
import { scopeDe } from '../scope/words.de';
import { scopeEn } from '../scope/words.en';
import { words } from '../i18n/language';
import { Theme } from '../theme/theme';
import { absolute } from '../time/range';
import { Icon } from '../ui/icon';
import { Menu } from '../ui/menu';
import type { MenuItem } from '../ui/menu';
import { Panel } from '../ui/panel';
import { Toasts } from '../ui/toasts';
import { Tooltip } from '../ui/tooltip';
import { Chart } from './chart';
import { ChartSettings } from './chart-settings';
import type { ChartView } from './chart-view';
import { csvOf, fileName, jsonOf, pictureOf, save } from './export';
import { FONT } from './font';
import { loadEcharts } from './load-echarts';
import { chartWords } from './words';

/** Heading, legend and margins around a chart in full screen, pixels. */
const AROUND_PX = 96;

/** A panel with one chart, the switch to its table, and all that can be done with it. */
@Component({
  selector: 'apt-chart-panel',
  imports: [Panel, Chart, Icon, Menu, Tooltip],
  template: `
    <apt-panel [heading]="heading()" [caption]="caption()" [feed]="feed()" [height]="height()">
      <ng-container panelActions>
        <ng-content select="[chartActions]" />
        @if (view()) {
          <button
            type="button"
            class="icon-button"
            data-testid="as-table"
            [attr.aria-pressed]="asTable()"
            [attr.aria-label]="words().asTable(heading())"
            [aptTooltip]="asTable() ? words().menu.chart : words().menu.table"
            (click)="asTable.set(!asTable())"
          >
            <apt-icon [name]="asTable() ? 'chart' : 'table'" />
          </button>
          <apt-menu
            testid="panel-menu"
            [label]="words().menu.label(heading())"
            [items]="items()"
            (chosen)="run($event)"
          />
        }
      </ng-container>
      @if (view(); as view) {
        <apt-chart
          [view]="view"
          [asTable]="asTable()"
          [height]="fullHeight() ?? height()"
          [legendAt]="legendAt()"
          [group]="group()"
        />
      }
      <ng-content />
    </apt-panel>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    :host(:fullscreen) {
      --panel-height: 100vh;
      overflow: auto;
      background: var(--bg);
    }
  `,
  host: { '(document:fullscreenchange)': 'measure()', '(window:resize)': 'measure()' },
})
export class ChartPanel {
  readonly heading = input.required<string>();
  readonly caption = input('');
  readonly feed = input.required<ApiFeed<unknown>>();
  /** Undefined: the feed has no answer yet. */
  readonly view = input.required<ChartView | undefined>();
  readonly height = input(220);
  readonly legendAt = input<'top' | 'side' | 'none'>('top');
  readonly group = input('');

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly document = inject(DOCUMENT);
  private readonly clipboard = inject(Clipboard);
  private readonly scope = inject(Scope);
  private readonly theme = inject(Theme);
  private readonly toasts = inject(Toasts);
  private readonly settings = inject(ChartSettings);
  private readonly scopeWords = words({ en: scopeEn, de: scopeDe });
  private readonly chart = viewChild(Chart);
  protected readonly words = computed(chartWords);
  protected readonly asTable = signal(false);
  /** While in full screen, pixels. */
  protected readonly fullHeight = signal<number | null>(null);

  protected readonly items = computed<MenuItem[]>(() => {
    const { menu } = this.words();
    const full = this.fullHeight() !== null;
    const zoomable = this.view()?.buckets !== undefined;
    const items: (MenuItem | false)[] = [
      this.asTable()
        ? { id: 'table', label: menu.chart, icon: 'chart' }
        : { id: 'table', label: menu.table, icon: 'table' },
      this.document.fullscreenEnabled && {
        id: 'full',
        label: full ? menu.leaveFullScreen : menu.fullScreen,
        icon: 'expand',
      },
      { id: 'link', label: menu.copyLink, icon: 'link', apart: true },
      { id: 'exact', label: menu.copyExact, icon: 'clock' },
      !this.asTable() && { id: 'png', label: menu.png, icon: 'download', apart: true },
      { id: 'csv', label: menu.csv, icon: 'download', apart: this.asTable() },
      { id: 'json', label: menu.json, icon: 'download' },
      this.group() !== '' && {
        id: 'sync',
        label: menu.sync,
        icon: 'chart',
        checked: this.settings.sync(),
        apart: true,
      },
      zoomable && {
        id: 'gaps',
        label: menu.connectGaps,
        icon: 'chart',
        checked: this.settings.connectGaps(),
        apart: this.group() === '',
      },
      {
        id: 'patterns',
        label: menu.patterns,
        icon: 'chart',
        checked: this.settings.patterns(),
        apart: !zoomable && this.group() === '',
      },
    ];
    return items.filter((item) => item !== false);
  });

  constructor() {
    // While its data is on the way. Whoever draws hears of a failure.
    loadEcharts().catch(() => undefined);
  }

  protected run(id: string): void {
    const view = this.view();
    const actions: Record<string, () => unknown> = {
      table: () => this.asTable.update((was) => !was),
      full: () => this.toggleFull(),
      link: () => this.copy(this.document.location.href),
      exact: () => this.copy(this.exactLink()),
      png: () => this.savePicture(),
      // The mark tells spreadsheets that the file is UTF-8.
      csv: () => view && this.keep('csv', new Blob(['\ufeff', csvOf(view.table)], CSV)),
      json: () => view && this.keep('json', new Blob([jsonOf(view.table)], JSON_TYPE)),
      sync: () => this.settings.sync.update((was) => !was),
      gaps: () => this.settings.connectGaps.update((was) => !was),
      patterns: () => this.settings.patterns.update((was) => !was),
    };
    actions[id]?.();
  }

  protected measure(): void {
    const full = this.document.fullscreenElement === this.host;
    const height = this.document.defaultView?.innerHeight ?? 800;
    this.fullHeight.set(full ? height - AROUND_PX : null);
  }

  private async toggleFull(): Promise<void> {
    try {
      if (this.document.fullscreenElement === null) await this.host.requestFullscreen();
      else await this.document.exitFullscreen();
    } catch {
      // The browser refuses, as inside a frame: the panel stays as it is.
    }
  }

  /** The same view at the instants of now, for what shall not move on. */
  private exactLink(): string {
    const link = new URL(this.document.location.href);
    const span = this.scope.span();
    if (span) {
      const { from, to } = absolute(span);
      link.searchParams.set('from', from);
      link.searchParams.set('to', to);
      link.searchParams.delete('window');
    }
    return link.href;
  }

  private copy(link: string): void {
    if (this.clipboard.copy(link)) {
      this.toasts.show({ tone: 'good', text: this.words().menu.copied, detail: link });
    }
  }

  private keep(extension: string, content: Blob): void {
    const name = fileName(this.heading(), extension, new Date());
    save(this.document, name, content);
    this.toasts.show({ tone: 'good', text: this.words().menu.saved(name) });
  }

  private async savePicture(): Promise<void> {
    const [chart, range] = [this.chart(), this.scope.range()];
    const dataUrl = chart?.picture();
    if (chart === undefined || dataUrl === undefined) return;
    const time = range ? rangeLabel(range, this.scope.timeZone(), this.scopeWords()) : '';
    const picture = await pictureOf(this.document, {
      dataUrl,
      heading: this.heading(),
      caption: [this.caption(), time, this.scope.timeZone()].filter(Boolean).join(' · '),
      legend: chart.shownLegend(),
      colours: this.theme.palette(),
      font: FONT,
    });
    this.keep('png', picture);
  }
}

const CSV = { type: 'text/csv;charset=utf-8' };
const JSON_TYPE = { type: 'application/json' };
