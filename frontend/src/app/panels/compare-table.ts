import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { CompareRow, Comparison, TrendSeries, Verdict } from '@app/contracts';
import {
  formatCompact,
  formatDuration,
  formatInstant,
  formatNumber,
  formatPercent,
  formatScore,
} from '../format/format';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { Sparkline } from '../ui/sparkline';
import { AgentSwatch } from './agent-swatch';
import { slowerSince } from './slower-since';
import { panelsDe } from './words.de';
import { panelsEn } from './words.en';

const TONES: Readonly<Record<Verdict, string>> = {
  better: 'good',
  worse: 'bad',
  'no-difference': 'muted',
  'not-enough-data': 'muted',
};

/** The compared agents in rank order, with what is certain about their differences. */
@Component({
  selector: 'apt-compare-table',
  imports: [RouterLink, AgentSwatch, Sparkline],
  templateUrl: './compare-table.html',
  styles: `
    .interval {
      display: block;
      color: var(--muted);
      font-size: var(--text-s);
    }
    .badge {
      margin-inline-start: var(--space-2);
    }
    .tag {
      font-size: var(--text-m);
    }
    .since {
      min-width: 96px;
    }
    apt-sparkline {
      width: 84px;
      height: 18px;
    }
    .scroll {
      overflow-x: auto;
    }
  `,
})
export class CompareTable {
  readonly rows = input.required<readonly CompareRow[]>();
  readonly series = input<readonly TrendSeries[]>([]);
  protected readonly scope = inject(Scope);
  protected readonly words = words({ en: panelsEn.compare, de: panelsDe.compare });
  protected readonly home = HOME;
  protected readonly percent = formatPercent;
  protected readonly duration = formatDuration;
  protected readonly count = formatCompact;
  protected readonly score = formatScore;

  /** The course of the median of each agent. */
  protected readonly courses = computed(
    () =>
      new Map(
        this.series().map(({ agentId, points }) => [
          agentId ?? '',
          points.map((point) => point.duration.p50Ms),
        ]),
      ),
  );
  /** Since when each is slower than the one with the shortest adjusted mean. */
  private readonly sinces = computed(() => {
    const quickest = this.rows()
      .filter((row) => row.adjustedMeanMs !== null)
      .toSorted((a, b) => (a.adjustedMeanMs ?? 0) - (b.adjustedMeanMs ?? 0))[0];
    const pointsOf = (agentId: string | undefined) =>
      this.series().find((one) => one.agentId === agentId)?.points ?? [];
    const reference = pointsOf(quickest?.agentId);
    return new Map(
      this.rows()
        .filter((row) => row.agentId !== quickest?.agentId)
        .map((row) => [row.agentId, slowerSince(pointsOf(row.agentId), reference)]),
    );
  });

  protected tone({ verdict }: Comparison): string {
    return TONES[verdict];
  }

  protected since(agentId: string): string {
    const sinces = this.sinces();
    if (!sinces.has(agentId)) return '';
    const atMs = sinces.get(agentId) ?? null;
    return atMs === null ? this.words().notSlower : formatInstant(atMs);
  }

  protected interval(interval: [number, number] | null): string {
    return interval === null ? '' : `${formatScore(interval[0])}–${formatScore(interval[1])}`;
  }

  /** A ratio of durations in words: `1.4 × as long`. */
  protected ratio(comparison: Comparison): string {
    return this.told(comparison, 2, this.words().timesAsLong);
  }

  protected points(comparison: Comparison): string {
    return this.told(comparison, 1, this.words().points);
  }

  /** The effect and its interval: `−0.3 (−1.7 to 0.9)`. */
  protected brief({ effect, interval }: Comparison, digits: number): string {
    if (effect === null) return '';
    const number = (value: number): string => formatNumber(value, digits);
    if (interval === null) return number(effect);
    return `${number(effect)} (${number(interval[0])} – ${number(interval[1])})`;
  }

  private told(
    { effect, interval, n }: Comparison,
    digits: number,
    say: (effect: string) => string,
  ): string {
    if (effect === null) return '';
    const number = (value: number): string => formatNumber(value, digits);
    const { interval: between, n: samples } = this.words();
    const range = interval ? between(number(interval[0]), number(interval[1])) : '';
    return `${say(number(effect))}${range}${n ? samples(n[0], n[1]) : ''}`;
  }
}
