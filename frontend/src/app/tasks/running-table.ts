import { Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { RunningExecution } from '@app/contracts';
import { Refresh } from '../api/refresh';
import { formatAge, formatDuration, formatPercent } from '../format/format';
import { words } from '../i18n/language';
import { AgentSwatch } from '../panels/agent-swatch';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { tasksDe } from './words.de';
import { tasksEn } from './words.en';

/** What has begun and not ended, the longest first. */
@Component({
  selector: 'apt-running-table',
  imports: [RouterLink, AgentSwatch],
  template: `
    <div class="scroll" tabindex="0" role="group" [attr.aria-label]="words().running">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{{ words().column.task }}</th>
            <th scope="col">{{ words().column.agent }}</th>
            <th scope="col">{{ words().column.taskType }}</th>
            <th scope="col" class="number">{{ words().column.level }}</th>
            <th scope="col" class="number">{{ words().since }}</th>
            <th scope="col" class="number">{{ words().heartbeat }}</th>
            <th scope="col" class="number">{{ words().progress }}</th>
          </tr>
        </thead>
        <tbody>
          @for (run of runs(); track run.executionId) {
            <tr data-testid="running-row">
              <th scope="row">
                <bdi [title]="run.executionId">{{ run.taskName || run.taskId }}</bdi>
              </th>
              <td>
                <apt-agent-swatch [agentId]="run.agentId" /><a
                  [routerLink]="[home, 'agents', run.agentId]"
                  [queryParams]="scope.linkParams()"
                  ><bdi>{{ run.agentName || run.agentId }}</bdi></a
                >
              </td>
              <td>
                <bdi>{{ run.taskType }}</bdi>
              </td>
              <td class="number">{{ run.complexity }}</td>
              <td class="number">{{ since(run.startedAt) }}</td>
              <td class="number muted">{{ words().ago(age(run.heartbeatAt)) }}</td>
              <td class="number">{{ percent(run.progress) }}</td>
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
  `,
})
export class RunningTable {
  readonly runs = input.required<readonly RunningExecution[]>();
  protected readonly words = words({ en: tasksEn, de: tasksDe });
  protected readonly scope = inject(Scope);
  private readonly refresh = inject(Refresh);
  protected readonly home = HOME;
  protected readonly percent = formatPercent;

  protected since(instant: string): string {
    const seconds = Math.max(0, Math.round((this.refresh.now() - Date.parse(instant)) / 1000));
    return formatDuration(seconds * 1000);
  }

  protected age(instant: string): string {
    return formatAge(this.refresh.now() - Date.parse(instant));
  }
}
