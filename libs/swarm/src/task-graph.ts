import { PRIORITIES } from './types.js';
import type { SwarmTask, TaskInputs, TaskSnapshot, TaskState } from './types.js';

export type TaskGraphProblem =
  'duplicate-task' | 'unknown-dependency' | 'cycle' | 'invalid-task' | 'no-agent';

/** Tasks that were refused, none of which was taken in. */
export class TaskGraphError extends Error {
  override readonly name = 'TaskGraphError';
  constructor(
    readonly problem: TaskGraphProblem,
    message: string,
  ) {
    super(message);
  }
}

export interface TaskNode extends TaskSnapshot {
  /** Order of arrival. */
  seq: number;
  /** Attempts that ended badly; a stopped one does not count. */
  failures: number;
  /** Dependencies that are not completed yet. */
  waitingFor: number;
  dependents: TaskNode[];
}

/** Who waits for whom, and how each task stands. */
export class TaskGraph {
  private readonly nodes = new Map<string, TaskNode>();
  private readonly settledIds: string[] = [];
  private nextSeq = 0;
  private readonly counts: Record<TaskState, number> = {
    pending: 0,
    running: 0,
    completed: 0,
    failed: 0,
    blocked: 0,
  };

  /** @param keepSettled how many settled tasks are remembered (the counts never forget) */
  constructor(private readonly keepSettled: number) {}

  get unsettled(): number {
    return this.counts.pending + this.counts.running;
  }

  countsByState(): Record<TaskState, number> {
    return { ...this.counts };
  }

  get(id: string): TaskNode | undefined {
    return this.nodes.get(id);
  }

  all(): TaskNode[] {
    return [...this.nodes.values()];
  }

  /**
   * Takes in all of the tasks, or none.
   * @returns the added ones
   * @throws TaskGraphError on a cycle, an unknown dependency, a known id or senseless figures
   */
  add(tasks: readonly SwarmTask[]): TaskNode[] {
    this.check(tasks);
    const added = tasks.map((task) => this.addNode(task));
    for (const node of added) {
      for (const id of new Set(node.task.dependencies)) this.link(node, this.nodes.get(id));
    }
    for (const node of added) {
      const dead = node.task.dependencies.find((id) => isDead(this.nodes.get(id)));
      if (dead !== undefined && node.state === 'pending') this.block(node, dead);
    }
    return added;
  }

  inputsOf(node: TaskNode): TaskInputs {
    return new Map(node.task.dependencies.map((id) => [id, this.nodes.get(id)?.output]));
  }

  move(node: TaskNode, state: TaskState): void {
    this.counts[node.state] -= 1;
    this.counts[state] += 1;
    node.state = state;
  }

  /** @returns the tasks that are ready now because this one is completed */
  complete(node: TaskNode, output: unknown): TaskNode[] {
    node.output = output;
    this.settle(node, 'completed');
    const ready: TaskNode[] = [];
    for (const dependent of node.dependents) {
      dependent.waitingFor -= 1;
      if (dependent.waitingFor === 0 && dependent.state === 'pending') ready.push(dependent);
    }
    return ready;
  }

  /** @returns the tasks that can never run now because this one failed */
  fail(node: TaskNode): TaskNode[] {
    this.settle(node, 'failed');
    return node.dependents.flatMap((dependent) =>
      dependent.state === 'pending' ? this.block(dependent, node.task.id) : [],
    );
  }

  /** Without recursion: a chain of dependents may be longer than the stack. */
  private block(first: TaskNode, causeId: string): TaskNode[] {
    const blocked: TaskNode[] = [];
    const queue: { node: TaskNode; causeId: string }[] = [{ node: first, causeId }];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { node } = next;
      if (node.state !== 'pending') continue;
      node.error = `dependency ${next.causeId} did not complete`;
      this.settle(node, 'blocked');
      blocked.push(node);
      queue.push(...node.dependents.map((it) => ({ node: it, causeId: node.task.id })));
    }
    return blocked;
  }

  private settle(node: TaskNode, state: 'completed' | 'failed' | 'blocked'): void {
    this.move(node, state);
    this.settledIds.push(node.task.id);
    for (let looks = 0; this.settledIds.length > this.keepSettled && looks < 8; looks += 1) {
      const id = this.settledIds.shift();
      if (id === undefined) return;
      const needed = this.nodes.get(id)?.dependents.some((it) => isOpen(it)) ?? false;
      if (needed) this.settledIds.push(id);
      else this.nodes.delete(id);
    }
  }

  private addNode(task: SwarmTask): TaskNode {
    const node: TaskNode = {
      task,
      seq: this.nextSeq++,
      state: 'pending',
      attempts: 0,
      failures: 0,
      waitingFor: 0,
      dependents: [],
      output: undefined,
      error: null,
    };
    this.nodes.set(task.id, node);
    this.counts.pending += 1;
    return node;
  }

  private link(node: TaskNode, dependency: TaskNode | undefined): void {
    if (dependency === undefined) return;
    dependency.dependents.push(node);
    if (dependency.state !== 'completed') node.waitingFor += 1;
  }

  private check(tasks: readonly SwarmTask[]): void {
    const added = new Map<string, SwarmTask>();
    for (const task of tasks) {
      if (this.nodes.has(task.id) || added.has(task.id)) {
        throw new TaskGraphError('duplicate-task', `There is a task ${task.id} already`);
      }
      checkFigures(task);
      added.set(task.id, task);
    }
    for (const task of tasks) {
      const unknown = task.dependencies.find((id) => !added.has(id) && !this.nodes.has(id));
      if (unknown !== undefined) {
        const message = `Task ${task.id} depends on ${unknown}, which does not exist`;
        throw new TaskGraphError('unknown-dependency', message);
      }
    }
    const cycle = findCycle(added);
    if (cycle !== null) {
      const message = `Tasks wait for each other: ${cycle.join(' → ')}`;
      throw new TaskGraphError('cycle', message);
    }
  }
}

function isOpen({ state }: TaskNode): boolean {
  return state === 'pending' || state === 'running';
}

function isDead(node: TaskNode | undefined): boolean {
  return node?.state === 'failed' || node?.state === 'blocked';
}

function checkFigures(task: SwarmTask): void {
  const { id, maxAttempts = 1, timeoutMs = 1, priority } = task;
  const refuse = (what: string): never => {
    throw new TaskGraphError('invalid-task', `Task ${id}: ${what}`);
  };
  if (!(Number.isInteger(maxAttempts) && maxAttempts >= 1)) refuse('maxAttempts must be 1 or more');
  if (!(timeoutMs > 0)) refuse('timeoutMs must be greater than 0');
  if (!PRIORITIES.includes(priority)) refuse(`no such priority: ${String(priority)}`);
}

/**
 * A cycle among the tasks, as ids that begin and end alike; null without. Takes away what depends
 * on nothing that is left (Kahn's algorithm); in the rest every task leads into a cycle.
 */
function findCycle(tasks: ReadonlyMap<string, SwarmTask>): string[] | null {
  const waiting = new Map<string, Set<string>>();
  const dependents = new Map<string, string[]>();
  for (const { id, dependencies } of tasks.values()) {
    const inside = new Set(dependencies.filter((dependency) => tasks.has(dependency)));
    waiting.set(id, inside);
    for (const it of inside) dependents.set(it, [...(dependents.get(it) ?? []), id]);
  }
  const free = [...waiting].filter(([, needs]) => needs.size === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    waiting.delete(id);
    for (const dependent of dependents.get(id) ?? []) {
      const needs = waiting.get(dependent);
      needs?.delete(id);
      if (needs?.size === 0) free.push(dependent);
    }
  }
  const [start] = waiting.keys();
  if (start === undefined) return null;
  const path: string[] = [];
  for (let id: string | undefined = start; id !== undefined; [id] = waiting.get(id) ?? []) {
    const seenAt = path.indexOf(id);
    if (seenAt >= 0) return [...path.slice(seenAt), id];
    path.push(id);
  }
  return path;
}
