import { Component, computed, inject, input, model } from '@angular/core';
import { words } from '../i18n/language';
import { Report } from '../report/report';
import { Menu } from '../ui/menu';
import type { MenuItem } from '../ui/menu';
import { COLUMN_IDS, FIRST_LAYOUT } from './columns';
import type { ColumnId, Density, TableLayout } from './columns';
import { tasksDe } from './words.de';
import { tasksEn } from './words.en';

const DENSITIES: readonly Density[] = ['compact', 'cosy'];

/** Which columns, and how dense; what fits, as a file. */
@Component({
  selector: 'apt-table-menu',
  imports: [Menu],
  template: `
    <apt-menu
      testid="export-menu"
      [label]="words().export"
      [text]="words().export"
      [items]="exports()"
      (chosen)="export($event)"
    />
    <apt-menu
      testid="columns-menu"
      [label]="words().columns"
      [text]="words().columns"
      [items]="settings()"
      (chosen)="set($event)"
    />
  `,
  styles: `
    :host {
      display: flex;
      gap: var(--space-2);
    }
  `,
})
export class TableMenu {
  readonly layout = model.required<TableLayout>();
  readonly files = input.required<readonly { format: string; href: string }[]>();
  protected readonly words = words({ en: tasksEn, de: tasksDe });
  private readonly report = inject(Report);

  protected readonly exports = computed<MenuItem[]>(() => [
    ...this.files().map(({ format, href }) => ({
      id: format,
      label: this.words().exportAs(format),
      icon: 'download' as const,
      download: href,
      testid: `export-${format}`,
    })),
    {
      id: 'report',
      label: this.report.words().export,
      icon: 'table',
      apart: true,
      disabled: this.report.making(),
      testid: 'report',
    },
  ]);

  protected readonly settings = computed<MenuItem[]>(() => {
    const [w, { density, shown }] = [this.words(), this.layout()];
    return [
      ...DENSITIES.map((id, at) => ({
        id,
        label: w[id],
        icon: 'check' as const,
        checked: id === density,
        oneOf: true,
        stays: true,
        ...(at === 0 && { group: w.density }),
      })),
      ...COLUMN_IDS.map((id, at) => ({
        id,
        label: w.column[id],
        icon: 'check' as const,
        checked: shown.includes(id),
        stays: true,
        // Without any column there is no table.
        disabled: shown.length === 1 && shown[0] === id,
        testid: `column-${id}`,
        ...(at === 0 && { group: w.columns }),
      })),
      { id: 'reset', label: w.resetColumns, icon: 'undo', apart: true, stays: true },
    ];
  });

  protected export(id: string): void {
    if (id === 'report') void this.report.make(this.words().title);
  }

  protected set(id: string): void {
    const [density, column] = [
      DENSITIES.find((one) => one === id),
      COLUMN_IDS.find((one) => one === id),
    ];
    if (density) this.layout.update((layout) => ({ ...layout, density }));
    else if (column) this.toggleColumn(column);
    else this.layout.set(FIRST_LAYOUT);
  }

  private toggleColumn(id: ColumnId): void {
    this.layout.update((layout) => ({
      ...layout,
      shown: COLUMN_IDS.filter((one) => (one === id) !== layout.shown.includes(one)),
    }));
  }
}
