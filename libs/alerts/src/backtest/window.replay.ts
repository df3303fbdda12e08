import type { Partial } from '@app/aggregation';
import type { AlertRule, BacktestSeries } from '@app/contracts';

import { AgentWindow } from '../agent-window.js';
import type { Expect } from '../rules/finding.js';
import { noData, noDataFinding } from '../rules/silence-of-agent.js';
import { chartedLevels, chartedValue, windowVerdict } from '../rules/window-verdict.js';
import type { EpisodeRecorder } from './episode.recorder.js';

/** The state of a stretch of time. */
export interface ReplayBucket {
  atMs: number;
  partial: Partial;
}

export interface ReplayOptions {
  rule: AlertRule;
  fingerprint: string;
  expect: Expect;
  recorder: EpisodeRecorder;
}

/**
 * Lets a rule see stored history as it would have seen it: feed it the buckets, oldest first, and
 * let it look from time to time.
 */
export class WindowReplay {
  private readonly window = new AgentWindow();
  private lastSeenMs: number | null = null;
  private judgedMs = -Infinity;

  constructor(private readonly options: ReplayOptions) {}

  add({ atMs, partial }: ReplayBucket): void {
    this.window.add(atMs, partial);
    this.lastSeenMs = Math.max(this.lastSeenMs ?? 0, partial.lastEndedAtMs);
  }

  /** What a live look at this instant would do. */
  look(nowMs: number): void {
    const { rule, fingerprint, expect, recorder } = this.options;
    this.window.dropBefore(nowMs - rule.windowMs);
    if (rule.type === 'no_data') {
      this.listen(nowMs);
      return;
    }
    const verdict = windowVerdict(rule, this.window, expect, fingerprint);
    if (verdict.is === 'missing' && rule.noData === 'alert') {
      const silentMs = nowMs - (this.lastSeenMs ?? nowMs - rule.windowMs);
      recorder.breach(noDataFinding(rule, fingerprint, silentMs), nowMs, nowMs, false);
    } else if (verdict.is === 'breached') {
      const { lastEndedAtMs } = this.window.counts;
      const atMs = lastEndedAtMs > 0 ? Math.min(lastEndedAtMs, nowMs) : nowMs;
      recorder.breach(verdict.finding, atMs, nowMs, atMs > this.judgedMs);
      this.judgedMs = atMs;
    } else {
      const reading = verdict.is === 'recovered' ? { ...verdict, sinceMs: nowMs } : verdict;
      recorder.other(fingerprint, reading, nowMs);
    }
  }

  /** The point of the chart for this instant. */
  point(nowMs: number): BacktestSeries['points'][number] {
    const { rule, expect } = this.options;
    const value = chartedValue(rule, this.window, expect);
    const levels = chartedLevels(rule, this.window, expect);
    return { at: new Date(nowMs).toISOString(), value, ...levels };
  }

  private listen(nowMs: number): void {
    const { rule, fingerprint, recorder } = this.options;
    if (this.lastSeenMs === null) return;
    const verdict = noData(rule, this.lastSeenMs, nowMs);
    if (verdict.is === 'breached') {
      recorder.breach(verdict.finding, this.lastSeenMs + rule.windowMs, nowMs, false);
    } else recorder.other(fingerprint, { is: 'recovered', sinceMs: nowMs }, nowMs);
  }
}
