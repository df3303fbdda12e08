import { Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Execution } from '@app/contracts';
import { formatDuration, formatInstant, formatMemory, formatPercent } from '../format/format';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { OutcomeMark } from '../ui/outcome-mark';
import { agentsDe } from './words.de';
import { agentsEn } from './words.en';

@Component({
  selector: 'apt-execution-table',
  imports: [RouterLink, OutcomeMark],
  template: `
    <div class="scroll" tabindex="0" role="group" [attr.aria-label]="words().executions">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{{ words().started }}</th>
            <th scope="col">{{ words().outcome }}</th>
            <th scope="col">{{ words().task }}</th>
            <th scope="col" class="number">{{ words().level }}</th>
            <th scope="col" class="number">{{ words().duration }}</th>
            <th scope="col" class="number">{{ words().cpu }}</th>
            <th scope="col" class="number">{{ words().memory }}</th>
          </tr>
        </thead>
        <tbody>
          @for (run of executions(); track run.executionId) {
            <tr>
              <td class="muted">{{ instant(run.endedAt) }}</td>
              <td><apt-outcome-mark [status]="run.status" [worded]="true" /></td>
              <th scope="row">
                <a [routerLink]="[home, 'tasks']" [queryParams]="link(run)"
                  ><bdi>{{ run.taskName || run.taskId }}</bdi></a
                >
                @if (run.errorMessage || run.errorType; as why) {
                  <bdi class="why" [title]="why">{{ why }}</bdi>
                }
              </th>
              <td class="number">{{ run.complexity }}</td>
              <td class="number">{{ duration(run.durationMs) }}</td>
              <td class="number">{{ percent(run.cpuPercent) }}</td>
              <td class="number">{{ memory(run.memoryMb) }}</td>
            </tr>
          } @empty {
            <tr>
              <td colspan="7" class="muted">{{ words().noExecution }}</td>
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
    .why {
      display: block;
      max-width: 46ch;
      overflow: hidden;
      color: var(--muted);
      font-weight: 400;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
  `,
})
export class ExecutionTable {
  readonly executions = input.required<readonly Execution[]>();
  protected readonly words = words({ en: agentsEn, de: agentsDe });
  private readonly scope = inject(Scope);
  protected readonly home = HOME;
  protected readonly instant = formatInstant;
  protected readonly duration = formatDuration;
  protected readonly percent = formatPercent;
  protected readonly memory = formatMemory;

  protected link({ agentId, executionId, startedAt }: Execution): Record<string, string> {
    const about = { agent: agentId, execution: executionId, at: startedAt };
    return { ...this.scope.linkParams(), ...about };
  }
}
