import type { Execution, Outcome, RunningExecution, TaskCompleted } from '@app/contracts';

/** One line of the live stream: an execution as it stands. */
export interface LiveRow {
  executionId: string;
  agentId: string;
  agentName: string;
  agentType: string;
  taskName: string;
  status: Outcome | 'running';
  /** When this became so, ISO 8601. */
  at: string;
  /** Milliseconds; null while it runs. */
  durationMs: number | null;
}

/** What the page shows of the stream. */
export interface LiveView {
  /** Newest first. */
  rows: readonly LiveRow[];
  /** Arrived since the pause began. */
  newCount: number;
  /** Finished executions in the last 60 s. */
  perMinute: number;
}

export const SHOWN_ROWS = 50;
export const KEPT_ROWS = 1000;
const RATE_SECONDS = 60;

/** Counts events of the last 60 seconds in a ring of one cell a second. */
class MinuteCounter {
  private readonly cells = new Array<number>(RATE_SECONDS).fill(0);
  private second = 0;

  add(nowMs: number): void {
    this.turnTo(nowMs);
    const cell = this.second % RATE_SECONDS;
    this.cells[cell] = (this.cells[cell] ?? 0) + 1;
  }

  count(nowMs: number): number {
    this.turnTo(nowMs);
    return this.cells.reduce((sum, cell) => sum + cell, 0);
  }

  private turnTo(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    const from = Math.max(this.second + 1, second - RATE_SECONDS + 1);
    for (let passed = from; passed <= second; passed += 1) this.cells[passed % RATE_SECONDS] = 0;
    this.second = Math.max(this.second, second);
  }
}

/**
 * The newest executions of a project, one row each, bounded. Pausing freezes what is shown while
 * news is still taken in and counted.
 */
export class LiveBuffer {
  /** Oldest first: a map keeps the order of insertion. */
  private rows = new Map<string, LiveRow>();
  private readonly minute = new MinuteCounter();
  private frozen: readonly LiveRow[] | null = null;
  private newCount = 0;

  constructor(
    private readonly kept = KEPT_ROWS,
    private readonly shown = SHOWN_ROWS,
  ) {}

  /** Takes in what the socket tells. An execution that is known to have ended changes no more. */
  push(row: LiveRow, nowMs: number): void {
    const known = this.rows.get(row.executionId);
    if (known !== undefined && known.status !== 'running') return;
    if (row.status !== 'running') this.minute.add(nowMs);
    if (this.frozen !== null) this.newCount += 1;
    this.rows.delete(row.executionId);
    this.rows.set(row.executionId, row);
    this.trim();
  }

  /** Fills in what was missed, from a snapshot; what is known already stays. */
  merge(snapshot: readonly LiveRow[]): void {
    const merged = new Map(snapshot.map((row) => [row.executionId, row]));
    for (const row of this.rows.values()) {
      const other = merged.get(row.executionId);
      if (other === undefined || row.status !== 'running') merged.set(row.executionId, row);
    }
    const inOrder = [...merged.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    this.rows = new Map(inOrder.map((row) => [row.executionId, row]));
    this.trim();
  }

  pause(): void {
    this.frozen ??= this.newest();
  }

  /** Jumps to now. */
  resume(): void {
    this.frozen = null;
    this.newCount = 0;
  }

  view(nowMs: number): LiveView {
    return {
      rows: this.frozen ?? this.newest(),
      newCount: this.newCount,
      perMinute: this.minute.count(nowMs),
    };
  }

  private newest(): readonly LiveRow[] {
    return [...this.rows.values()].slice(-this.shown).reverse();
  }

  private trim(): void {
    for (const id of this.rows.keys()) {
      if (this.rows.size <= this.kept) return;
      this.rows.delete(id);
    }
  }
}

export function startedRow(run: RunningExecution): LiveRow {
  const { executionId, agentId, agentName, agentType, taskId, taskName } = run;
  const who = { executionId, agentId, agentName, agentType, taskName: taskName || taskId };
  return { ...who, status: 'running', at: run.startedAt, durationMs: null };
}

export function finishedRow(run: TaskCompleted | Execution): LiveRow {
  const { executionId, agentId, agentName, agentType, taskId, taskName, status } = run;
  const durationMs = 'durationMs' in run ? run.durationMs : run.executionTime;
  const who = { executionId, agentId, agentName, agentType, taskName: taskName || taskId };
  return { ...who, status, at: run.endedAt, durationMs };
}
