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
import { words } from '../i18n/language';
import { ProblemNote } from '../ui/problem-note';
import { Kpi } from './kpi';
import { panelsDe } from './words.de';
import { panelsEn } from './words.en';

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

  protected readonly words = words({ en: panelsEn.kpi, de: panelsDe.kpi });
  protected readonly cells = computed(() => {
    const total = this.total();
    return total && [...this.outcomes(total), ...this.effort(total)];
  });

  private outcomes(total: Total): Cell[] {
    const [before, said] = [total.previous, this.words()];
    return [
      {
        label: said.tasks,
        testid: 'kpi-tasks',
        figure: { value: this.tasks(total.total), unit: '' },
        change: delta(total.total, before?.total, 'relative', 'neither'),
        note: said.perHour(formatCompact(Math.round(total.throughputPerHour))),
        course: this.points().map((point) => point.total),
      },
      {
        label: said.successRate,
        testid: 'kpi-success',
        figure: percentFigure(total.successRate),
        change: delta(total.successRate, before?.successRate, 'points', 'up'),
        note: total.failed === 0 ? '' : said.failed(formatCompact(total.failed)),
        course: this.points().map((point) => point.successRate),
      },
      {
        label: said.p95,
        testid: 'kpi-p95',
        figure: durationFigure(total.duration.p95Ms),
        change: delta(total.duration.p95Ms, before?.duration.p95Ms, 'relative', 'down'),
        note: '',
        course: this.points().map((point) => point.duration.p95Ms),
      },
    ];
  }

  private effort(total: Total): Cell[] {
    const [before, said] = [total.previous, this.words()];
    const memory = total.memoryMb.mean === null ? '' : formatMemory(total.memoryMb.mean);
    return [
      {
        label: said.reliability,
        testid: 'kpi-reliability',
        figure: { value: formatScore(total.reliability), unit: '' },
        change: delta(total.reliability, before?.reliability, 'points', 'up'),
        note: total.lowSample && total.total > 0 ? said.lowSample : '',
        course: this.points().map((point) => point.reliability),
      },
      {
        label: said.resources,
        testid: 'kpi-resources',
        figure: percentFigure(total.cpuPercent.mean),
        extra: memory,
        change: delta(total.cpuPercent.mean, before?.cpuPercent.mean, 'relative', 'down'),
        note: '',
        course: this.points().map((point) => point.cpuPercent.mean),
      },
      {
        label: said.running,
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
    const ageMs = this.nowMs() - Math.min(...starts);
    return ageMs < 2000 ? this.words().justStarted : this.words().oldest(formatAge(ageMs));
  }
}
