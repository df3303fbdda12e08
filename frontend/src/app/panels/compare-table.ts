import { Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { CompareRow, Comparison } from '@app/contracts';
import { formatCompact, formatDuration, formatPercent, formatScore } from '../format/format';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { AgentSwatch } from './agent-swatch';

const VERDICTS = {
  better: { word: 'better', tone: 'good' },
  worse: { word: 'worse', tone: 'bad' },
  'no-difference': { word: 'no difference', tone: 'muted' },
  'not-enough-data': { word: 'too little data', tone: 'muted' },
} as const;

/** The compared agents in rank order, with what is certain about their differences. */
@Component({
  selector: 'apt-compare-table',
  imports: [RouterLink, AgentSwatch],
  templateUrl: './compare-table.html',
  styles: `
    .interval {
      display: block;
      color: var(--muted);
      font-size: 12px;
    }
    .badge {
      margin-left: 8px;
    }
    .tag {
      font-size: 12.5px;
    }
    .scroll {
      overflow-x: auto;
    }
  `,
})
export class CompareTable {
  readonly rows = input.required<readonly CompareRow[]>();
  protected readonly scope = inject(Scope);
  protected readonly home = HOME;
  protected readonly percent = formatPercent;
  protected readonly duration = formatDuration;
  protected readonly count = formatCompact;
  protected readonly score = formatScore;

  protected verdict(comparison: Comparison) {
    return VERDICTS[comparison.verdict];
  }

  protected interval(interval: [number, number] | null): string {
    return interval === null ? '' : `${formatScore(interval[0])}–${formatScore(interval[1])}`;
  }

  /** A ratio of durations in words: `1.4× as long`. */
  protected ratio({ effect, interval }: Comparison): string {
    if (effect === null) return 'Not known';
    const range =
      interval && ` (95 % interval ${interval[0].toFixed(2)}–${interval[1].toFixed(2)})`;
    return `${effect.toFixed(2)} × as long${range ?? ''}`;
  }

  protected points({ effect, interval }: Comparison): string {
    if (effect === null) return 'Not known';
    const range =
      interval && ` (95 % interval ${interval[0].toFixed(1)} to ${interval[1].toFixed(1)})`;
    return `${effect.toFixed(1)} points${range ?? ''}`;
  }
}
