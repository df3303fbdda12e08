import { Component, input } from '@angular/core';
import type { Execution } from '@app/contracts';
import { formatDuration, formatInstant, formatMemory, formatPercent } from '../format/format';
import { OutcomeMark } from '../ui/outcome-mark';

@Component({
  selector: 'apt-execution-table',
  imports: [OutcomeMark],
  template: `
    <div class="scroll" tabindex="0" role="region" aria-label="Newest executions">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Ended</th>
            <th scope="col">Outcome</th>
            <th scope="col">Task</th>
            <th scope="col" class="number">Level</th>
            <th scope="col" class="number">Duration</th>
            <th scope="col" class="number">CPU</th>
            <th scope="col" class="number">Memory</th>
          </tr>
        </thead>
        <tbody>
          @for (run of executions(); track run.executionId) {
            <tr>
              <td class="muted">{{ instant(run.endedAt) }}</td>
              <td><apt-outcome-mark [status]="run.status" [worded]="true" /></td>
              <th scope="row">
                <bdi>{{ run.taskName || run.taskId }}</bdi>
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
              <td colspan="7" class="muted">No execution is stored.</td>
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
  protected readonly instant = formatInstant;
  protected readonly duration = formatDuration;
  protected readonly percent = formatPercent;
  protected readonly memory = formatMemory;
}
