import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { StoredExecution } from '@app/platform';
import { DataSource } from 'typeorm';

import { PackedRows } from './packed-rows.js';

const MINUTE_MS = 60_000;

/** Set to `on` for a database that is no single PostgreSQL but cannot be told by its extensions. */
const FROM_RAW_SETTING = 'agent_performance.rollups_from_raw';

/** The rows of one committed group, and with how many marks they were committed. */
export interface FreshGroup {
  rows: PackedRows;
  /** (agent, minute) buckets that it touches. */
  marks: number;
  /** When its first row of each agent started, epoch ms. */
  earliest: Map<number, number>;
  /** All its rows started from here … */
  fromMs: number;
  /** … up to here, inclusive. */
  lastMs: number;
}

// Ids are unique whatever the database, so one map serves all applications of a process.
const known = new Map<string, FreshGroup>();

/**
 * The group that committed its marks with this id through this process, while it is not rolled up.
 * A statement that sees a mark sees all rows of its group, so these can stand in for them.
 */
export function freshGroup(markId: string): FreshGroup | undefined {
  return known.get(markId);
}

/**
 * Keeps what was just stored until it is rolled up, so that it need not be read again. Not where
 * the nodes of a cluster are each read at an instant of their own: there a mark and the rollups may
 * be seen as they were at different times, and only recomputing from raw rows comes out right.
 */
@Injectable()
export class FreshGroups implements OnApplicationBootstrap {
  /** Whether rows may be added from memory. */
  isKept = true;
  /** Some 100 MB. What does not fit is read from the database instead. */
  mostRows = 1_000_000;
  private readonly own = new Map<string, FreshGroup>();
  private readonly unfit = new Set<string>();
  private rowCount = 0;

  constructor(private readonly dataSource: DataSource) {}

  async onApplicationBootstrap(): Promise<void> {
    const [row] = await this.dataSource.query<{ scattered: boolean }[]>(
      `SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')
         OR coalesce(current_setting('${FROM_RAW_SETTING}', true), '') = 'on' AS scattered`,
    );
    this.isKept = !row?.scattered;
    if (!this.isKept) this.clear();
  }

  /** How many groups wait. */
  get size(): number {
    return this.own.size;
  }

  get ids(): string[] {
    return [...this.own.keys()];
  }

  /** Groups that were stored here, but did not fit: only raw rows tell of them. */
  get unfitIds(): string[] {
    return [...this.unfit];
  }

  /** Whether anything of this process is in no rollup yet. */
  get isWaiting(): boolean {
    return this.own.size > 0 || this.unfit.size > 0;
  }

  /** @param executions of committed groups, whole ones */
  add(executions: readonly StoredExecution[]): void {
    if (!this.isKept) return;
    if (this.rowCount + executions.length > this.mostRows) {
      for (const { markId } of executions) if (markId) this.unfit.add(markId);
      return;
    }
    let group: FreshGroup | undefined;
    let markId: string | undefined;
    const begun: FreshGroup[] = [];
    for (const execution of executions) {
      if (!execution.markId || execution.startedAtMs === undefined) continue;
      if (execution.markId !== markId || !group) {
        markId = execution.markId;
        group = this.own.get(markId) ?? this.begin(markId, executions.length);
        begun.push(group);
      }
      group.rows.add(execution.agentKey, execution.startedAtMs, rawOf(execution));
    }
    this.rowCount += executions.length;
    for (const each of begun) survey(each);
  }

  /** The oldest ones, until they make up so many marks; at least one if there is any. */
  oldest(marks: number): Map<string, FreshGroup> {
    const some = new Map<string, FreshGroup>();
    let count = 0;
    for (const [id, group] of this.own) {
      if (some.size > 0 && count + group.marks > marks) break;
      some.set(id, group);
      count += group.marks;
    }
    return some;
  }

  forget(ids: Iterable<string>): void {
    for (const id of ids) {
      this.rowCount -= this.own.get(id)?.rows.length ?? 0;
      this.own.delete(id);
      this.unfit.delete(id);
      known.delete(id);
    }
  }

  clear(): void {
    this.forget([...this.own.keys(), ...this.unfit]);
  }

  private begin(markId: string, room: number): FreshGroup {
    const group: FreshGroup = {
      rows: new PackedRows(room),
      marks: 0,
      earliest: new Map(),
      fromMs: Infinity,
      lastMs: -Infinity,
    };
    this.own.set(markId, group);
    known.set(markId, group);
    return group;
  }
}

function rawOf(execution: StoredExecution): Parameters<PackedRows['add']>[2] {
  return {
    taskType: execution.taskType,
    complexity: execution.complexity,
    status: execution.status,
    durationMs: execution.durationMs,
    endedAtMs: execution.endedAtMs ?? Date.parse(execution.endedAt),
    cpuPercent: execution.cpuPercent,
    memoryMb: execution.memoryMb,
    networkBytes: execution.networkBytes,
    diskBytes: execution.diskBytes,
    inputTokens: execution.inputTokens,
    outputTokens: execution.outputTokens,
    costUsd: execution.costUsd,
  };
}

function survey(group: FreshGroup): void {
  const minutes = new Map<number, Set<number>>();
  group.marks = 0;
  group.rows.eachStart((agentKey, startedAtMs) => {
    group.fromMs = Math.min(group.fromMs, startedAtMs);
    group.lastMs = Math.max(group.lastMs, startedAtMs);
    const earliest = group.earliest.get(agentKey);
    if (earliest === undefined || startedAtMs < earliest) group.earliest.set(agentKey, startedAtMs);
    const minute = Math.floor(startedAtMs / MINUTE_MS);
    let own = minutes.get(agentKey);
    if (!own) minutes.set(agentKey, (own = new Set()));
    if (own.has(minute)) return;
    own.add(minute);
    group.marks += 1;
  });
}
