import { Component, input, model, output, signal } from '@angular/core';
import { words } from '../i18n/language';
import { Icon } from '../ui/icon';
import { COLUMN_IDS, FIRST_LAYOUT } from './columns';
import type { ColumnId, Density, TableLayout } from './columns';
import { tasksDe } from './words.de';
import { tasksEn } from './words.en';

/** Which columns, and how dense; what fits, as a file. */
@Component({
  selector: 'apt-table-menu',
  imports: [Icon],
  template: `
    <div class="menu">
      <button
        type="button"
        class="button"
        data-testid="export-menu"
        [attr.aria-expanded]="open() === 'export'"
        (click)="toggle('export')"
      >
        {{ words().export }}<apt-icon name="chevron" />
      </button>
      @if (open() === 'export') {
        <div class="sheet">
          @for (file of files(); track file.format) {
            <a
              class="link-button"
              download
              [attr.data-testid]="'export-' + file.format"
              [href]="file.href"
              (click)="close()"
              >{{ words().exportAs(file.format) }}</a
            >
          }
          <ng-content />
        </div>
      }
    </div>
    <div class="menu">
      <button
        type="button"
        class="button"
        data-testid="columns-menu"
        [attr.aria-expanded]="open() === 'columns'"
        (click)="toggle('columns')"
      >
        {{ words().columns }}<apt-icon name="chevron" />
      </button>
      @if (open() === 'columns') {
        <div class="sheet">
          <fieldset>
            <legend>{{ words().density }}</legend>
            @for (density of densities; track density) {
              <label class="check"
                ><input
                  type="radio"
                  name="density"
                  [checked]="layout().density === density"
                  (change)="setDensity(density)"
                />{{ words()[density] }}</label
              >
            }
          </fieldset>
          <fieldset>
            <legend>{{ words().columns }}</legend>
            @for (id of ids; track id) {
              <label class="check"
                ><input
                  type="checkbox"
                  [attr.data-testid]="'column-' + id"
                  [checked]="layout().shown.includes(id)"
                  [disabled]="isLast(id)"
                  (change)="toggleColumn(id)"
                />{{ words().column[id] }}</label
              >
            }
          </fieldset>
          <button type="button" class="link-button" (click)="reset()">
            {{ words().resetColumns }}
          </button>
        </div>
      }
    </div>
  `,
  styles: `
    :host {
      display: flex;
      gap: 8px;
    }
    .menu {
      position: relative;
    }
    .sheet {
      position: absolute;
      z-index: 20;
      top: 36px;
      right: 0;
      min-width: 190px;
      max-height: 70dvh;
      padding: 10px 12px;
      border: 1px solid var(--border);
      border-radius: 10px;
      overflow: auto;
      background: var(--surface);
      box-shadow: var(--shadow);
    }
    fieldset {
      margin: 0 0 8px;
      padding: 0;
      border: 0;
    }
    legend {
      padding: 0 0 4px;
      color: var(--muted);
      font-size: 12px;
    }
    .link-button {
      display: flex;
      margin-left: -6px;
    }
  `,
  host: { '(keydown.escape)': 'close()', '(document:click)': 'onOutside($event)' },
})
export class TableMenu {
  readonly layout = model.required<TableLayout>();
  readonly files = input.required<readonly { format: string; href: string }[]>();
  readonly opening = output();
  protected readonly words = words({ en: tasksEn, de: tasksDe });
  protected readonly open = signal<'export' | 'columns' | null>(null);
  protected readonly ids = COLUMN_IDS;
  protected readonly densities: readonly Density[] = ['compact', 'cosy'];

  protected toggle(menu: 'export' | 'columns'): void {
    this.opening.emit();
    this.open.update((open) => (open === menu ? null : menu));
  }

  protected close(): void {
    this.open.set(null);
  }

  protected onOutside(event: Event): void {
    const path = event.composedPath();
    const inside = path.some((one) => one instanceof Element && one.localName === 'apt-table-menu');
    if (!inside) this.close();
  }

  protected isLast(id: ColumnId): boolean {
    const { shown } = this.layout();
    return shown.length === 1 && shown[0] === id;
  }

  protected toggleColumn(id: ColumnId): void {
    this.layout.update((layout) => ({
      ...layout,
      shown: COLUMN_IDS.filter((one) => (one === id) !== layout.shown.includes(one)),
    }));
  }

  protected setDensity(density: Density): void {
    this.layout.update((layout) => ({ ...layout, density }));
  }

  protected reset(): void {
    this.layout.set(FIRST_LAYOUT);
  }
}
