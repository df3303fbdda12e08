import type { AlertGrouping } from '@app/contracts';
import type { StoredExecution } from '@app/platform';

import { isWorse } from './rules/finding.js';
import type { Finding } from './rules/finding.js';

/** Who an alert is about, as it is shown. */
export interface AlertSubject {
  /** 0 for a group of agents. */
  agentKey: number;
  /** Absent: that of the agent. */
  projectId?: number;
  /** Absent: an agent. */
  kind?: AlertGrouping;
  /** The agent type or task type of a group. */
  value?: string | null;
  project: string;
  agentId: string;
  agentName: string;
  agentType: string;
}

/** All that was found of one fingerprint of one agent since it was last written down. */
export interface BreachGroup {
  subject: AlertSubject;
  /** The worst finding. */
  finding: Finding;
  count: number;
  firstSeenMs: number;
  lastSeenMs: number;
  /** The newest execution at fault; null for findings over a window. */
  executionId: string | null;
}

/** Breaches by agent and fingerprint: a thousand slow tasks take the room of one. */
export class BreachGroups {
  // By agent, then fingerprint: a joined key would be made and hashed at every breach.
  private groups = new Map<number, Map<string, BreachGroup>>();
  private count = 0;
  dropped = 0;

  /** @param capacity so many different fingerprints are kept; further ones are dropped and counted */
  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.count;
  }

  /** @param nowMs ends in the future (a client's clock) are taken as now */
  addExecution(execution: StoredExecution, finding: Finding, nowMs: number): void {
    const endedMs = Math.min(Date.parse(execution.endedAt), nowMs);
    const group = this.groups.get(execution.agentKey)?.get(finding.fingerprint);
    if (group) {
      merge(group, finding, 1, endedMs, endedMs, execution.executionId);
      return;
    }
    const { agentKey, project, agentId, agentName, agentType, executionId } = execution;
    this.add({
      subject: { agentKey, project, agentId, agentName, agentType },
      finding,
      count: 1,
      firstSeenMs: endedMs,
      lastSeenMs: endedMs,
      executionId,
    });
  }

  add(group: BreachGroup): void {
    const { agentKey } = group.subject;
    let ofAgent = this.groups.get(agentKey);
    const known = ofAgent?.get(group.finding.fingerprint);
    if (known) {
      const { finding, count, firstSeenMs, lastSeenMs, executionId } = group;
      merge(known, finding, count, firstSeenMs, lastSeenMs, executionId);
      return;
    }
    if (this.count >= this.capacity) {
      this.dropped += group.count;
      return;
    }
    if (!ofAgent) this.groups.set(agentKey, (ofAgent = new Map<string, BreachGroup>()));
    ofAgent.set(group.finding.fingerprint, group);
    this.count += 1;
  }

  /** Hands over everything and is empty again. */
  take(): BreachGroup[] {
    const taken = [...this.groups.values()].flatMap((ofAgent) => [...ofAgent.values()]);
    this.groups = new Map();
    this.count = 0;
    return taken;
  }
}

function merge(
  group: BreachGroup,
  finding: Finding,
  count: number,
  firstSeenMs: number,
  lastSeenMs: number,
  executionId: string | null,
): void {
  group.count += count;
  if (isWorse(finding, group.finding)) group.finding = finding;
  if (firstSeenMs < group.firstSeenMs) group.firstSeenMs = firstSeenMs;
  if (lastSeenMs < group.lastSeenMs) return;
  group.lastSeenMs = lastSeenMs;
  group.executionId = executionId;
}
