import type { TaskState } from './types.js';

export interface AgentMetrics {
  id: string;
  name: string;
  type: string;
  busy: boolean;
  /** Attempts that ended well. */
  completed: number;
  /** Attempts that failed or timed out. */
  failed: number;
  /** Time spent on tasks, the present one included, milliseconds. */
  busyMs: number;
}

/** The swarm's own figures. Percentages are 0–100, null where there is nothing to divide by. */
export interface SwarmMetrics {
  total: number;
  tasks: Record<TaskState, number>;
  /** Completed, of all tasks. */
  completionPercent: number | null;
  /** Completed, of those that ran and are settled: blocked ones never ran. */
  successPercent: number | null;
  attempts: number;
  /** Attempts after the first of a task. */
  retries: number;
  /** Mean duration of the attempts that ended well, milliseconds. */
  meanTaskMs: number | null;
  /** Agents that work at this moment, of all agents. */
  busyPercent: number | null;
  /** Agents' working time, of their time since the swarm was first started. */
  utilisationPercent: number | null;
  agents: AgentMetrics[];
}

export function percent(part: number, whole: number): number | null {
  return whole > 0 ? (part / whole) * 100 : null;
}

/** Working time of one agent. */
export class AgentTally {
  completed = 0;
  failed = 0;
  private pastBusyMs = 0;
  private busySinceMs: number | null = null;

  get busy(): boolean {
    return this.busySinceMs !== null;
  }

  begin(nowMs: number): void {
    this.busySinceMs = nowMs;
  }

  /** @returns how long it was busy, milliseconds */
  end(nowMs: number): number {
    const spentMs = this.busySinceMs === null ? 0 : nowMs - this.busySinceMs;
    this.pastBusyMs += spentMs;
    this.busySinceMs = null;
    return spentMs;
  }

  busyMs(nowMs: number): number {
    return this.pastBusyMs + (this.busySinceMs === null ? 0 : nowMs - this.busySinceMs);
  }
}
