import type { AlertRule, BacktestEpisode } from '@app/contracts';

import { evaluate } from '../life/evaluate.js';
import type { Episode, Reading } from '../life/evaluate.js';
import { dueNotice } from '../life/notify.js';
import { isWorse } from '../rules/finding.js';
import type { Finding } from '../rules/finding.js';

/** Who the episodes are about. */
export type RecordedSubject = Pick<BacktestEpisode, 'agentId' | 'agentName' | 'subject'>;

interface Open {
  episode: Episode;
  finding: Finding;
  count: number;
  notifiedAtMs: number | null;
  notifiedSeverity: Episode['severity'] | null;
  record: BacktestEpisode;
}

/** Lives the alerts of one subject, without a database: the same steps, kept in memory. */
export class EpisodeRecorder {
  readonly episodes: BacktestEpisode[] = [];
  notifications = 0;
  private readonly open = new Map<string, Open>();

  constructor(
    private readonly rule: AlertRule,
    private readonly subject: RecordedSubject,
  ) {}

  /** The open episode of a fingerprint. */
  episodeOf(fingerprint: string): Episode | null {
    return this.open.get(fingerprint)?.episode ?? null;
  }

  fingerprints(): string[] {
    return [...this.open.keys()];
  }

  /** A breach that was found; `isNews` when it was not seen before. */
  breach(finding: Finding, atMs: number, nowMs: number, isNews = true): void {
    const { fingerprint, severity } = finding;
    const known = this.open.get(fingerprint);
    const seenMs = known ? Math.max(atMs, known.episode.lastSeenAtMs) : atMs;
    if (known) {
      if (isWorse(finding, known.finding)) known.finding = finding;
      if (isNews) known.count += 1;
    }
    this.step(fingerprint, { is: 'breached', atMs: seenMs, severity }, finding, nowMs);
  }

  /** Anything else that was read of a fingerprint. */
  other(fingerprint: string, reading: Exclude<Reading, { is: 'breached' }>, nowMs: number): void {
    if (this.open.has(fingerprint)) this.step(fingerprint, reading, null, nowMs);
  }

  private step(
    fingerprint: string,
    reading: Reading,
    finding: Finding | null,
    nowMs: number,
  ): void {
    const before = this.open.get(fingerprint);
    const { episode, effects } = evaluate(this.rule, before?.episode ?? null, reading, nowMs);
    let open = before;
    if (!open && episode && finding) {
      open = this.begin(finding, episode);
      this.open.set(fingerprint, open);
    }
    if (!open) return;
    if (episode) open.episode = episode;
    else this.open.delete(fingerprint);
    if (effects.includes('resolved')) open.record.resolvedAt = new Date(nowMs).toISOString();
    this.write(open);
    this.tell(open, episode === null, nowMs);
  }

  private begin(finding: Finding, episode: Episode): Open {
    const { taskType, complexity, unit } = finding;
    const record: BacktestEpisode = {
      ...this.subject,
      taskType,
      complexity,
      severity: episode.severity,
      activeAt: new Date(episode.activeAtMs).toISOString(),
      firedAt: null,
      resolvedAt: null,
      actualValue: finding.actualValue,
      thresholdValue: finding.thresholdValue,
      unit,
      message: '',
      count: 1,
    };
    this.episodes.push(record);
    return { episode, finding, count: 1, notifiedAtMs: null, notifiedSeverity: null, record };
  }

  private write({ episode, finding, count, record }: Open): void {
    record.severity = episode.severity;
    record.firedAt = episode.firedAtMs === null ? null : new Date(episode.firedAtMs).toISOString();
    record.actualValue = finding.actualValue;
    record.thresholdValue = finding.thresholdValue;
    record.message = finding.describe(this.subject.agentName);
    record.count = count;
  }

  private tell(open: Open, ended: boolean, nowMs: number): void {
    const due = dueNotice(
      {
        state: ended ? 'resolved' : open.episode.phase,
        severity: open.episode.severity,
        held: this.rule.muted,
        notifiedAtMs: open.notifiedAtMs,
        notifiedSeverity: open.notifiedSeverity,
        renotifyMs: this.rule.renotifyMs,
      },
      nowMs,
    );
    if (!due) return;
    this.notifications += 1;
    open.notifiedAtMs = nowMs;
    open.notifiedSeverity = open.episode.severity;
  }
}
