import type { AlertRow } from './alert.row.js';
import type { RunQuery } from './alert.store.js';
import type { AlertSubject, BreachGroup } from './breach-groups.js';
import { worse } from './life/evaluate.js';
import type { Reading } from './life/evaluate.js';
import type { Verdict } from './rules/finding.js';
import { addressOf } from './watch.store.js';
import type { WatchedAgent } from './watch.store.js';

/** What was seen of an open alert. */
export interface Sighting {
  row: AlertRow;
  reading: Reading;
  /** Why it is over, if that is what was seen. */
  reason: string;
}

/** One look at everything: what is open, who did something, and what was found. */
export class Look {
  /** Findings to write down. */
  readonly raised: BreachGroup[] = [];
  /** News of alerts that are open already. */
  readonly sightings: Sighting[] = [];
  private readonly openAt: Map<string, AlertRow>;

  constructor(
    readonly now: Date,
    readonly open: readonly AlertRow[],
    readonly busy: ReadonlySet<number>,
    readonly agents: ReadonlyMap<number, WatchedAgent>,
    readonly run: RunQuery,
  ) {
    this.openAt = new Map(open.map((row) => [addressOfRow(row), row]));
  }

  get nowMs(): number {
    return this.now.getTime();
  }

  openAlert(agentKey: number, fingerprint: string): AlertRow | undefined {
    return this.openAt.get(addressOf({ agentKey, fingerprint }));
  }

  /**
   * Takes a verdict in.
   * @param atMs when a breach was last seen
   * @param reason why the alert is over, if that is the verdict
   */
  take(
    subject: AlertSubject,
    fingerprint: string,
    verdict: Verdict,
    { atMs, executionId = null }: { atMs: number; executionId?: string | null },
    reason: string,
  ): void {
    const row = this.openAlert(subject.agentKey, fingerprint);
    if (verdict.is === 'breached') {
      const { severity } = verdict.finding;
      const known = row && atMs <= row.last_seen_at.getTime();
      // The same breach once more is not counted again, but its hold goes on.
      if (known && worse(severity, row.severity) === row.severity) {
        this.sightings.push({ row, reading: { is: 'breached', atMs, severity }, reason });
      } else this.raised.push(breachOf(subject, verdict.finding, atMs, executionId));
    } else if (row) {
      const reading = verdict.is === 'recovered' ? { ...verdict, sinceMs: this.nowMs } : verdict;
      this.sightings.push({ row, reading, reason });
    }
  }
}

export function subjectOf(agent: WatchedAgent): AlertSubject {
  const { agentKey, projectId, project, agentId, agentName, agentType } = agent;
  return { agentKey, projectId, project, agentId, agentName, agentType };
}

export function addressOfRow(row: Pick<AlertRow, 'agent_key' | 'fingerprint'>): string {
  return addressOf({ agentKey: row.agent_key, fingerprint: row.fingerprint });
}

function breachOf(
  subject: AlertSubject,
  finding: BreachGroup['finding'],
  atMs: number,
  executionId: string | null,
): BreachGroup {
  return { subject, finding, count: 1, firstSeenMs: atMs, lastSeenMs: atMs, executionId };
}
