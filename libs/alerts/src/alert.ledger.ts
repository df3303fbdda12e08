import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { AlertChange, NoticeTransition } from '@app/contracts';
import { NotificationOutbox } from '@app/notifications';
import type { AlertNotice } from '@app/notifications';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import type { AlertAddress } from './alert-address.js';
import { idOf, toAlert } from './alert.row.js';
import type { AlertRow } from './alert.row.js';
import {
  LIFE_COLUMNS,
  deleteAlerts,
  lockAlerts,
  raiseAlerts,
  writeLives,
  writeTransitions,
} from './alert.sql.js';
import type { RunQuery } from './alert.store.js';
import type { BreachGroup } from './breach-groups.js';
import { stepOf } from './life/change.js';
import type { LifeChange } from './life/change.js';
import { FLAP_EPISODES, FLAP_WINDOW_MS } from './life/flapping.js';
import { dueNotice } from './life/notify.js';
import { RuleBook } from './rule.book.js';
import { SilenceBook } from './silences/silence.book.js';

const CHUNK = 1000;
const DEADLOCK = '40P01';
const MAX_ATTEMPTS = 5;
const lifeNames = Object.keys(LIFE_COLUMNS) as (keyof typeof LIFE_COLUMNS)[];

/** A finding as the statement that raises it takes it. */
type BreachRow = Record<string, unknown> & { agent_key: number; fingerprint: string };

/** A transition that has been written, with what it leaves for the channels. */
interface Entry {
  agent_key: number;
  alert_id: string;
  sequence: number;
  transition: string;
  severity: string;
  actor: string;
  note: string | null;
  at: Date;
}

/**
 * The one place that writes alerts: the row, the line of its history and the notice for the
 * channels, all in one transaction. What it answers is published after the commit.
 */
@Injectable()
export class AlertLedger {
  constructor(
    private readonly dataSource: DataSource,
    private readonly rules: RuleBook,
    private readonly silences: SilenceBook,
    private readonly outbox: NotificationOutbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Runs in a transaction, again if two writers waited for each other. */
  async transaction<T>(work: (run: RunQuery) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.dataSource.transaction((manager) =>
          work((sql, parameters) => manager.query(sql, parameters)),
        );
      } catch (error) {
        const { driverError } = error as { driverError?: { code?: unknown } };
        if (driverError?.code !== DEADLOCK || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  /**
   * Writes findings down: a new episode each, or more of an open one. Findings of before the
   * newest resolution of their fingerprint are old news and left out.
   */
  async raise(groups: readonly BreachGroup[], run: RunQuery): Promise<AlertChange[]> {
    const changes: AlertChange[] = [];
    // Always in the same order, so that two writers wait for each other instead of deadlocking.
    const sorted = [...groups].sort(byAgentAndFingerprint);
    for (let start = 0; start < sorted.length; start += CHUNK) {
      changes.push(...(await this.raiseChunk(sorted.slice(start, start + CHUNK), run)));
    }
    return changes;
  }

  /**
   * The rows, locked until the transaction ends; those that do not exist are absent.
   * @param projectId leaves out those of others; null: of every project
   */
  lock(
    addresses: readonly AlertAddress[],
    run: RunQuery,
    projectId: number | null = null,
  ): Promise<AlertRow[]> {
    if (addresses.length === 0) return Promise.resolve([]);
    return run<AlertRow>(lockAlerts, [
      addresses.map(({ agentKey }) => agentKey),
      addresses.map(({ alertId }) => alertId),
      projectId,
    ]);
  }

  /** Writes changed rows, their history and what the channels are to be told. */
  async write(changes: readonly LifeChange[], run: RunQuery): Promise<AlertChange[]> {
    const now = this.clock.now();
    const news: AlertChange[] = [];
    const lives: AlertRow[] = [];
    const entries: Entry[] = [];
    const notices: AlertNotice[] = [];
    const cleared: AlertRow[] = [];
    for (const change of changes) {
      if (change.cleared) cleared.push(change.row);
      else lives.push(this.settle(change, now, entries, notices));
      news.push(...change.news.map((transition) => newsOf(transition, change, lives.at(-1))));
    }
    if (cleared.length > 0) {
      await run(deleteAlerts, [
        cleared.map((row) => row.agent_key),
        cleared.map((row) => row.alert_id),
      ]);
    }
    if (lives.length > 0) {
      const keys = [...new Set(lives.map((row) => row.agent_key))];
      await run(writeLives, [JSON.stringify(lives.map(lifeOf)), keys]);
    }
    if (entries.length > 0) await run(writeTransitions, [JSON.stringify(entries)]);
    await this.outbox.enqueue(run, notices);
    return news;
  }

  /** Whether people are not told of it for now. */
  isHeld(row: AlertRow, now: Date): boolean {
    const { snoozed_until: snoozedUntil, silenced_by: silencedBy, flapping } = row;
    const snoozed = snoozedUntil !== null && snoozedUntil > now;
    const rule = this.rules.find(row.project_id, row.rule_id);
    return snoozed || silencedBy !== null || flapping || rule?.muted === true;
  }

  /** Whether people are to be told something of it that they have not been told. */
  owesNotice(row: AlertRow, now: Date): boolean {
    return this.due(row, now) !== null;
  }

  private due(row: AlertRow, now: Date): NoticeTransition | null {
    const alert = {
      state: row.state,
      severity: row.severity,
      held: this.isHeld(row, now),
      notifiedAtMs: row.notified_at?.getTime() ?? null,
      notifiedSeverity: row.notified_severity,
      renotifyMs: this.rules.find(row.project_id, row.rule_id)?.renotifyMs ?? null,
    };
    return dueNotice(alert, now.getTime());
  }

  private async raiseChunk(groups: BreachGroup[], run: RunQuery): Promise<AlertChange[]> {
    const now = this.clock.now();
    const mine = new Set<string>();
    const breaches = groups.map((group) => {
      const id = randomUUID();
      mine.add(id);
      return breachOf(group, id);
    });
    const rows = await run<AlertRow>(raiseAlerts, [
      JSON.stringify(breaches),
      [...new Set(breaches.map(({ agent_key }) => agent_key))],
      [...new Set(breaches.map(({ fingerprint }) => fingerprint))],
      new Date(now.getTime() - FLAP_WINDOW_MS),
      FLAP_EPISODES,
    ]);
    const changes: LifeChange[] = [];
    const updated: AlertChange[] = [];
    for (const row of rows) {
      const change = this.stepOfBreach(row, mine.has(row.alert_id), now);
      if (change) changes.push(change);
      if (!change || change.news.length === 0) {
        updated.push({ transition: 'updated', alert: toAlert(change?.row ?? row) });
      }
    }
    return [...(await this.write(changes, run)), ...updated];
  }

  private stepOfBreach(row: AlertRow, isNew: boolean, now: Date): LifeChange | null {
    const policy = this.rules.find(row.project_id, row.rule_id) ?? FIRE_AT_ONCE;
    const atMs = row.last_seen_at.getTime();
    // A single execution proves a breach up to its own end only.
    const single = row.alert_type === 'slow_execution' || row.alert_type === 'resource_overuse';
    const nowMs = single ? atMs : now.getTime();
    const reading = { is: 'breached', atMs, severity: row.severity } as const;
    return stepOf(row, isNew, policy, reading, nowMs, SYSTEM);
  }

  /** The row with the numbers of its history lines, and with the notice that is due. */
  private settle(
    change: LifeChange,
    now: Date,
    entries: Entry[],
    notices: AlertNotice[],
  ): AlertRow {
    const { history, news } = change;
    const row = { ...change.row };
    const note = (transition: string, actor: string, text: string | null): void => {
      row.sequence += 1;
      const { agent_key, alert_id, sequence, severity } = row;
      entries.push({
        agent_key,
        alert_id,
        sequence,
        transition,
        severity,
        actor,
        note: text,
        at: now,
      });
    };
    for (const entry of history) note(entry.transition, entry.actor, entry.note);
    if (row.state === 'firing' || row.state === 'acknowledged') {
      const silence = this.silences.matching(row, now);
      if ((silence?.id ?? null) !== row.silenced_by) {
        const transition = silence ? 'silenced' : 'unsilenced';
        row.silenced_by = silence?.id ?? null;
        note(transition, 'system', silence?.comment ?? null);
        news.push(transition);
      }
      if (row.flapping && history.some(({ transition }) => transition === 'fired')) {
        note('flapping', 'system', 'fires and resolves too often: notifications are held');
        news.push('flapping');
      }
    }
    const notice = this.noticeOf(row, history, now);
    if (!notice) return row;
    if (notice.transition === 'renotified') {
      note('renotified', 'system', null);
      news.push('renotified');
    }
    notices.push({ ...notice, noticeId: `${idOf(row)}/${notice.transition}/${row.sequence}` });
    return row;
  }

  private noticeOf(
    row: AlertRow,
    history: LifeChange['history'],
    now: Date,
  ): Omit<AlertNotice, 'noticeId'> | null {
    const acknowledged =
      row.notified_at !== null &&
      history.some(({ transition }) => transition === 'acknowledged') &&
      !this.isHeld(row, now);
    const transition = this.due(row, now) ?? (acknowledged ? 'acknowledged' : null);
    if (!transition) return null;
    row.notified_at = now;
    row.notified_severity = row.severity;
    const { project_id: projectId, slug: project } = row;
    return { projectId, project, transition, alert: toAlert(row), occurredAt: now };
  }
}

export const SYSTEM = { by: 'system', reason: null } as const;
const FIRE_AT_ONCE = { holdMs: 0, keepFiringMs: 0, noData: 'keep' } as const;

function newsOf(
  transition: AlertChange['transition'],
  change: LifeChange,
  row: AlertRow | undefined,
): AlertChange {
  return { transition, alert: toAlert(change.cleared || !row ? change.row : row) };
}

function lifeOf(row: AlertRow): Record<string, unknown> {
  const life: Record<string, unknown> = { agent_key: row.agent_key, alert_id: row.alert_id };
  for (const name of lifeNames) life[name] = row[name];
  return life;
}

function breachOf(group: BreachGroup, alertId: string): BreachRow {
  const { subject, finding } = group;
  return {
    agent_key: subject.agentKey,
    alert_id: alertId,
    project_id: subject.projectId ?? null,
    rule_id: finding.ruleId,
    subject_kind: subject.kind ?? 'agent',
    subject_value: subject.value ?? null,
    fingerprint: finding.fingerprint,
    alert_type: finding.type,
    severity: finding.severity,
    task_type: finding.taskType,
    complexity: finding.complexity,
    threshold_value: finding.thresholdValue,
    actual_value: finding.actualValue,
    unit: finding.unit,
    message: finding.describe(subject.agentName),
    breach_count: group.count,
    first_seen_at: new Date(group.firstSeenMs),
    last_seen_at: new Date(group.lastSeenMs),
    execution_id: group.executionId,
  };
}

function byAgentAndFingerprint(a: BreachGroup, b: BreachGroup): number {
  if (a.subject.agentKey !== b.subject.agentKey) return a.subject.agentKey - b.subject.agentKey;
  return a.finding.fingerprint < b.finding.fingerprint ? -1 : 1;
}
