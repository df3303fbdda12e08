import { Component, inject, input } from '@angular/core';
import { Report } from './report';

/** Makes a report of the page. */
@Component({
  selector: 'apt-report-button',
  template: `
    <button
      type="button"
      class="button"
      data-testid="report"
      [disabled]="report.making()"
      (click)="report.make(title())"
    >
      {{ report.making() ? report.words().making : report.words().export }}
    </button>
  `,
})
export class ReportButton {
  /** What the report is called. */
  readonly title = input.required<string>();
  protected readonly report = inject(Report);
}
