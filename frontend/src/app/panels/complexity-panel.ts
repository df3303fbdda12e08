import { Component, computed, inject, input } from '@angular/core';
import type { ApiFeed } from '../api/api-feed';
import { ChartPanel } from '../charts/chart-panel';
import { complexityChart } from '../charts/complexity.options';
import { words } from '../i18n/language';
import { Theme } from '../theme/theme';
import { panelsDe } from './words.de';
import { panelsEn } from './words.en';

@Component({
  selector: 'apt-complexity-panel',
  imports: [ChartPanel],
  template: `
    <apt-chart-panel
      data-testid="chart-complexity"
      [heading]="words().complexity"
      [caption]="words().tasksByLevel"
      legendAt="side"
      [feed]="feed()"
      [view]="view()"
      [height]="204"
    />
  `,
})
export class ComplexityPanel {
  readonly feed = input.required<ApiFeed<unknown>>();
  /** Tasks per level, keyed "1" … "5"; undefined: not known yet. */
  readonly counts = input.required<Record<string, number> | undefined>();
  private readonly theme = inject(Theme);
  protected readonly words = words({ en: panelsEn.trend, de: panelsDe.trend });
  protected readonly view = computed(() => {
    const counts = this.counts();
    return counts && complexityChart(counts, this.theme.palette());
  });
}
