import { Component, input } from '@angular/core';
import type { TableTwin } from './chart-view';

/** The data of a chart as a table that scrolls within the place of the chart. */
@Component({
  selector: 'apt-chart-table',
  template: `
    <div class="scroll" tabindex="0" role="group" [attr.aria-label]="label()">
      <table class="table">
        <thead>
          <tr>
            @for (column of table().columns; track $index) {
              <th scope="col" [class.number]="column.numeric">{{ column.label }}</th>
            }
          </tr>
        </thead>
        <tbody>
          @for (row of table().rows; track $index) {
            <tr>
              @for (cell of row; track $index) {
                <td [class.number]="table().columns[$index]?.numeric">
                  <bdi>{{ cell }}</bdi>
                </td>
              }
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: `
    :host {
      display: block;
    }
    .scroll {
      height: 100%;
      overflow: auto;
    }
    th {
      position: sticky;
      top: 0;
      background: var(--surface);
    }
  `,
})
export class ChartTable {
  readonly table = input.required<TableTwin>();
  readonly label = input.required<string>();
}
