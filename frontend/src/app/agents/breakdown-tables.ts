import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { AgentBreakdown, Outcome, ResourceSpread } from '@app/contracts';
import { OUTCOMES } from '@app/contracts';
import { delta, formatBytes, formatCount, formatDuration, formatExact } from '../format/format';
import { formatInstant, formatMemory, formatPercent, formatScore } from '../format/format';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { Meter } from '../ui/meter';
import { OutcomeMark } from '../ui/outcome-mark';
import { agentsDe } from './words.de';
import { agentsEn } from './words.en';

const STYLES = `
  .scroll {
    overflow-x: auto;
  }
  apt-meter {
    width: 72px;
  }
  .badge {
    margin-inline-start: var(--space-1h);
  }
  .message {
    display: block;
    max-width: 52ch;
    overflow: hidden;
    text-overflow: ellipsis;
  }
`;

@Component({
  selector: 'apt-level-table',
  imports: [Meter],
  template: `
    <div class="scroll" tabindex="0" role="group" [attr.aria-label]="words().byLevel">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{{ words().level }}</th>
            <th scope="col" class="number">{{ words().tasks }}</th>
            <th scope="col">{{ words().share }}</th>
            <th scope="col" class="number">{{ words().success }}</th>
            <th scope="col" class="number">p50</th>
            <th scope="col" class="number">p95</th>
            <th scope="col" class="number">p99</th>
            <th scope="col" class="number">{{ words().cpu }}</th>
            <th scope="col" class="number">{{ words().memory }}</th>
          </tr>
        </thead>
        <tbody>
          @for (row of rows(); track row.level) {
            <tr>
              <th scope="row">
                {{ words().level }} {{ row.level }}
                @if (row.lowSample) {
                  <span class="badge quiet">{{ words().lowSample }}</span>
                }
              </th>
              <td class="number">{{ count(row.total) }}</td>
              <td><apt-meter [score]="(row.total / whole()) * 100" /></td>
              <td class="number">{{ percent(row.successRate) }}</td>
              <td class="number">{{ duration(row.duration.p50Ms) }}</td>
              <td class="number">{{ duration(row.duration.p95Ms) }}</td>
              <td class="number">{{ duration(row.duration.p99Ms) }}</td>
              <td class="number">{{ percent(row.cpuPercent.mean) }}</td>
              <td class="number">{{ memory(row.memoryMb.mean) }}</td>
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: STYLES,
})
export class LevelTable {
  readonly rows = input.required<AgentBreakdown['complexity']>();
  protected readonly words = words({ en: agentsEn, de: agentsDe });
  protected readonly whole = computed(
    () => this.rows().reduce((sum, row) => sum + row.total, 0) || 1,
  );
  protected readonly count = formatCount;
  protected readonly percent = formatPercent;
  protected readonly duration = formatDuration;
  protected readonly memory = formatMemory;
}

@Component({
  selector: 'apt-failure-table',
  imports: [RouterLink, Meter, OutcomeMark],
  template: `
    <div class="scroll" tabindex="0" role="group" [attr.aria-label]="words().failures">
      <table class="table" data-testid="failures">
        <thead>
          <tr>
            <th scope="col">{{ words().error }}</th>
            <th scope="col">{{ words().outcome }}</th>
            <th scope="col" class="number">{{ words().count }}</th>
            <th scope="col">{{ words().share }}</th>
            <th scope="col">{{ words().lastMessage }}</th>
            <th scope="col" class="number">{{ words().last }}</th>
          </tr>
        </thead>
        <tbody>
          @for (row of rows(); track $index) {
            <tr>
              <th scope="row">
                <a
                  [routerLink]="[home, 'tasks']"
                  [queryParams]="link(row)"
                  [attr.aria-label]="words().show(row.errorType ?? words().untyped)"
                  ><bdi>{{ row.errorType ?? words().untyped }}</bdi></a
                >
              </th>
              <td><apt-outcome-mark [status]="outcome(row.status)" [worded]="true" /></td>
              <td class="number">{{ count(row.count) }}</td>
              <td><apt-meter [score]="(row.count / whole()) * 100" /></td>
              <td>
                <bdi class="message muted" [title]="row.lastMessage ?? ''">{{
                  row.lastMessage ?? '–'
                }}</bdi>
              </td>
              <td class="number muted">{{ instant(row.lastAt) }}</td>
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: STYLES,
})
export class FailureTable {
  readonly agentId = input.required<string>();
  readonly rows = input.required<AgentBreakdown['failures']>();
  protected readonly words = words({ en: agentsEn, de: agentsDe });
  private readonly scope = inject(Scope);
  protected readonly home = HOME;
  protected readonly whole = computed(
    () => this.rows().reduce((sum, row) => sum + row.count, 0) || 1,
  );
  protected readonly count = formatCount;
  protected readonly instant = formatInstant;

  protected outcome(status: string): Outcome {
    return OUTCOMES.find((one) => one === status) ?? 'failure';
  }

  protected link(row: AgentBreakdown['failures'][number]): Record<string, string | null> {
    const { status, errorType: error } = row;
    return { ...this.scope.linkParams(), type: null, agent: this.agentId(), status, error };
  }
}

@Component({
  selector: 'apt-resource-table',
  template: `
    <div class="scroll" tabindex="0" role="group" [attr.aria-label]="words().spread">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{{ words().resource }}</th>
            <th scope="col" class="number">{{ words().mean }}</th>
            <th scope="col" class="number">p50</th>
            <th scope="col" class="number">p95</th>
            <th scope="col" class="number">{{ words().max }}</th>
            <th scope="col" class="number">{{ words().reported }}</th>
          </tr>
        </thead>
        <tbody>
          @for (row of rows(); track row.label) {
            <tr>
              <th scope="row">{{ row.label }}</th>
              <td class="number">{{ row.format(row.spread.mean) }}</td>
              <td class="number">{{ row.format(row.spread.p50) }}</td>
              <td class="number">{{ row.format(row.spread.p95) }}</td>
              <td class="number">{{ row.format(row.spread.max) }}</td>
              <td class="number muted">{{ count(row.spread.reported) }}</td>
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: STYLES,
})
export class ResourceTable {
  readonly resources = input.required<AgentBreakdown['resources']>();
  protected readonly words = words({ en: agentsEn, de: agentsDe });
  protected readonly rows = computed(() => {
    const { cpuPercent, memoryMb, networkBytes, diskBytes } = this.resources();
    const { cpu, memory, network, disk } = this.words();
    const row = (
      label: string,
      spread: ResourceSpread,
      format: (value: number | null) => string,
    ) => ({ label, spread, format });
    return [
      row(cpu, cpuPercent, formatPercent),
      row(memory, memoryMb, formatMemory),
      row(network, networkBytes, formatBytes),
      row(disk, diskBytes, formatBytes),
    ];
  });
  protected readonly count = formatCount;
}

@Component({
  selector: 'apt-version-table',
  template: `
    <div class="scroll" tabindex="0" role="group" [attr.aria-label]="words().versions">
      <table class="table" data-testid="versions">
        <thead>
          <tr>
            <th scope="col">{{ words().versions }}</th>
            <th scope="col">{{ words().since }}</th>
            <th scope="col" class="number">{{ words().tasks }}</th>
            <th scope="col" class="number">{{ words().success }}</th>
            <th scope="col" class="number">{{ words().consistency }}</th>
            <th scope="col" class="number">p50</th>
            <th scope="col" class="number">p95</th>
            <th scope="col" class="number">{{ words().change }}</th>
          </tr>
        </thead>
        <tbody>
          @for (row of rows(); track $index) {
            <tr>
              <th scope="row">
                <bdi>{{ row.agentVersion ?? words().noVersion }}</bdi>
                @if (row.lowSample) {
                  <span class="badge quiet">{{ words().lowSample }}</span>
                }
              </th>
              <td class="muted" [title]="exact(row.since)">{{ instant(row.since) }}</td>
              <td class="number">{{ count(row.total) }}</td>
              <td class="number">{{ percent(row.successRate) }}</td>
              <td class="number">{{ score(row.consistency) }}</td>
              <td class="number">{{ duration(row.duration.p50Ms) }}</td>
              <td class="number">{{ duration(row.duration.p95Ms) }}</td>
              <td class="number">
                @if (row.change; as change) {
                  <span [class]="change.tone">{{ change.text }}</span>
                } @else {
                  <span class="muted">–</span>
                }
              </td>
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  styles: STYLES,
})
export class VersionTable {
  readonly versions = input.required<AgentBreakdown['versions']>();
  protected readonly words = words({ en: agentsEn, de: agentsDe });
  protected readonly rows = computed(() =>
    this.versions().map((version, at, all) => {
      const before = all[at - 1]?.duration.p95Ms;
      return { ...version, change: delta(version.duration.p95Ms, before, 'relative', 'down') };
    }),
  );
  protected readonly count = formatCount;
  protected readonly percent = formatPercent;
  protected readonly score = formatScore;
  protected readonly duration = formatDuration;
  protected readonly instant = formatInstant;
  protected readonly exact = formatExact;
}
