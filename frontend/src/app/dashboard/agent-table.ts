import { Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { SummaryRow } from '@app/contracts';
import {
  formatCompact,
  formatDuration,
  formatPercent,
  formatScore,
  formatType,
} from '../format/format';
import { words } from '../i18n/language';
import { AgentSwatch } from '../panels/agent-swatch';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { Meter } from '../ui/meter';
import { Sparkline } from '../ui/sparkline';
import { overviewDe } from './words.de';
import { overviewEn } from './words.en';

@Component({
  selector: 'apt-agent-table',
  imports: [RouterLink, Meter, Sparkline, AgentSwatch],
  template: `
    <div class="scroll" tabindex="0" role="region" [attr.aria-label]="words().agentList">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{{ words().agent }}</th>
            <th scope="col" class="number">{{ words().reliability }}</th>
            <th scope="col" class="wide">
              <span class="sr-only">{{ words().asBar }}</span>
            </th>
            <th scope="col" class="number">{{ words().success }}</th>
            <th scope="col" class="number">p95</th>
            <th scope="col" class="number">{{ words().tasks }}</th>
            <th scope="col" class="number">{{ words().running }}</th>
            <th scope="col" class="wide number">{{ words().course }}</th>
          </tr>
        </thead>
        <tbody>
          @for (row of rows(); track row.agentId) {
            <tr>
              <th scope="row">
                <apt-agent-swatch [agentId]="row.agentId" />
                <a [routerLink]="[home, 'agents', row.agentId]" [queryParams]="scope.linkParams()">
                  <bdi [title]="row.agentId">{{ row.agentName }}</bdi>
                </a>
                <bdi class="type">{{ type(row.agentType) }}</bdi>
                @if (row.total > 0 && row.lowSample) {
                  <span class="badge quiet">{{ words().lowSample }}</span>
                }
              </th>
              <td class="number">{{ score(row.reliability) }}</td>
              <td class="wide"><apt-meter [score]="row.reliability" /></td>
              <td class="number">{{ percent(row.successRate) }}</td>
              <td class="number">{{ duration(row.duration.p95Ms) }}</td>
              <td class="number">{{ count(row.total) }}</td>
              <td class="number">{{ row.running }}</td>
              <td class="wide"><apt-sparkline [values]="courses().get(row.agentId) ?? []" /></td>
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: `
    .scroll {
      overflow-x: auto;
    }
    apt-meter {
      width: 64px;
    }
    apt-sparkline {
      width: 72px;
      height: 18px;
      margin-inline-start: auto;
    }
    .table {
      --cell-gap: var(--space-3);
    }
    a {
      display: inline-block;
      max-width: 180px;
      overflow: hidden;
      text-overflow: ellipsis;
      vertical-align: bottom;
    }
    .type {
      margin-inline-start: var(--space-1h);
      color: var(--muted);
      font-weight: 400;
    }
    .badge {
      margin-inline-start: var(--space-1h);
    }
    @media (max-width: 620px) {
      .wide,
      .type {
        display: none;
      }
    }
  `,
})
export class AgentTable {
  readonly rows = input.required<readonly SummaryRow[]>();
  /** Agent id → course of its p95. */
  readonly courses = input.required<ReadonlyMap<string, readonly (number | null)[]>>();
  protected readonly scope = inject(Scope);
  protected readonly home = HOME;
  protected readonly words = words({ en: overviewEn, de: overviewDe });
  protected readonly type = formatType;
  protected readonly score = formatScore;
  protected readonly percent = formatPercent;
  protected readonly duration = formatDuration;
  protected readonly count = formatCompact;
}
