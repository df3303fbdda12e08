import { Component, computed, input } from '@angular/core';
import type { RunningExecution, SummaryRow, TrendPoint } from '@app/contracts';
import type { ApiFeed } from '../api/api-feed';
import {
  delta,
  durationFigure,
  formatAge,
  formatCompact,
  formatCount,
  formatMemory,
  formatScore,
  percentFigure,
} from '../format/format';
import type { Delta, Figure } from '../format/format';
import { ProblemNote } from '../ui/problem-note';
import { Kpi } from './kpi';

/** The figures of a set of agents: `GET /summary/total`, or one agent's row. */
export type Total = Omit<SummaryRow, 'agentId' | 'agentName' | 'agentType'>;

interface Cell {
  label: string;
  testid: string;
  figure: Figure;
  extra?: string;
  change: Delta | null;
  note: string;
  course: (number | null)[];
}

@Component({
  selector: 'apt-kpi-strip',
  imports: [Kpi, ProblemNote],
  templateUrl: './kpi-strip.html',
  styleUrl: './kpi-strip.css',
})
export class KpiStrip {
  readonly feed = input.required<ApiFeed<unknown>>();
  readonly total = input.required<Total | undefined>();
  readonly points = input<readonly TrendPoint[]>([]);
  readonly running = input<readonly RunningExecution[]>([]);
  readonly nowMs = input.required<number>();

  protected readonly cells = computed(() => {
    const total = this.total();
    return total && [...this.outcomes(total), ...this.effort(total)];
  });

  private outcomes(total: Total): Cell[] {
    const before = total.previous;
    return [
      {
        label: 'Tasks',
        testid: 'kpi-tasks',
        figure: { value: this.tasks(total.total), unit: '' },
        change: delta(total.total, before?.total, 'relative', 'neither'),
        note: `${formatCompact(Math.round(total.throughputPerHour))} per hour`,
        course: this.points().map((point) => point.total),
      },
      {
        label: 'Success rate',
        testid: 'kpi-success',
        figure: percentFigure(total.successRate),
        change: delta(total.successRate, before?.successRate, 'points', 'up'),
        note: total.failed === 0 ? '' : `${formatCompact(total.failed)} failed`,
        course: this.points().map((point) => point.successRate),
      },
      {
        label: 'p95 duration',
        testid: 'kpi-p95',
        figure: durationFigure(total.duration.p95Ms),
        change: delta(total.duration.p95Ms, before?.duration.p95Ms, 'relative', 'down'),
        note: '',
        course: this.points().map((point) => point.duration.p95Ms),
      },
    ];
  }

  private effort(total: Total): Cell[] {
    const before = total.previous;
    const memory = total.memoryMb.mean === null ? '' : formatMemory(total.memoryMb.mean);
    return [
      {
        label: 'Reliability',
        testid: 'kpi-reliability',
        figure: { value: formatScore(total.reliability), unit: '' },
        change: delta(total.reliability, before?.reliability, 'points', 'up'),
        note: total.lowSample && total.total > 0 ? 'low sample' : '',
        course: this.points().map((point) => point.reliability),
      },
      {
        label: 'CPU · memory',
        testid: 'kpi-resources',
        figure: percentFigure(total.cpuPercent.mean),
        extra: memory,
        change: delta(total.cpuPercent.mean, before?.cpuPercent.mean, 'relative', 'down'),
        note: '',
        course: this.points().map((point) => point.cpuPercent.mean),
      },
      {
        label: 'Running now',
        testid: 'kpi-running',
        figure: { value: formatCount(total.running), unit: '' },
        change: null,
        note: this.oldest(),
        course: [],
      },
    ];
  }

  private tasks(count: number): string {
    return count < 1_000_000 ? formatCount(count) : formatCompact(count);
  }

  private oldest(): string {
    const starts = this.running().map((run) => Date.parse(run.startedAt));
    if (starts.length === 0) return '';
    const age = formatAge(this.nowMs() - Math.min(...starts));
    return age === 'now' ? 'just started' : `oldest ${age}`;
  }
}
