import { EventEmitter } from 'node:events';
import { runAttempt } from './attempt.js';
import type { AttemptEnd } from './attempt.js';
import { AttemptRecorder } from './attempt-recorder.js';
import type { TaskRecorder } from './attempt-recorder.js';
import { ReadyTasks } from './ready-tasks.js';
import { AgentTally, percent } from './swarm-metrics.js';
import type { SwarmMetrics } from './swarm-metrics.js';
import { TaskGraph, TaskGraphError } from './task-graph.js';
import type { TaskNode } from './task-graph.js';
import type { SwarmAgent, SwarmTask, TaskSnapshot } from './types.js';

export interface SwarmOptions {
  tracker: TaskRecorder;
  agents?: readonly SwarmAgent[];
  /** Default 10. */
  maxConcurrentTasks?: number;
  /** Attempts per task that does not say itself; default 3. */
  maxAttempts?: number;
  /** Per attempt of a task that does not say itself, milliseconds; default 300,000. */
  timeoutMs?: number;
  /** How long an agent may take to give up a task when told to, milliseconds; default 1000. */
  abortGraceMs?: number;
  /** Settled tasks that are remembered as dependencies and for `tasks()`; default 10,000. */
  keepSettledTasks?: number;
  /** A clock that never jumps, milliseconds. */
  monotonicMs?: () => number;
}

export interface SwarmEvents {
  taskStarted: [{ task: SwarmTask; agent: SwarmAgent; attempt: number }];
  /** An attempt failed or timed out, and the task waits for another one. */
  taskRetried: [{ task: SwarmTask; agent: SwarmAgent; attempt: number; error: string }];
  /** A task came to its terminal state: completed, failed or blocked. */
  taskSettled: [TaskSnapshot];
  /** Every task is settled. Once per `start()`. */
  complete: [SwarmMetrics];
  stopped: [SwarmMetrics];
}

interface Member {
  agent: SwarmAgent;
  tally: AgentTally;
}

/**
 * Runs a graph of tasks on a team of agents and records every attempt in the tracker. An agent
 * does one task at a time. Nothing polls: what can start is looked at when something has changed.
 */
export class SwarmOrchestrator extends EventEmitter<SwarmEvents> {
  private readonly recorder: AttemptRecorder;
  private readonly limits: { concurrent: number; attempts: number; timeoutMs: number };
  private readonly abortGraceMs: number;
  private readonly monotonicMs: () => number;
  private readonly graph: TaskGraph;
  private readonly ready = new ReadyTasks();
  private readonly members = new Map<string, Member>();
  private readonly idle = new Map<string, Member[]>();
  private readonly attempts = new Set<Promise<void>>();
  private active = false;
  private stopSignal = new AbortController();
  private stopping: Promise<void> | null = null;
  private firstStartMs: number | null = null;
  private readonly totals = { attempts: 0, retries: 0, successes: 0, successMs: 0 };

  /** @throws RangeError if a limit makes no sense */
  constructor(options: SwarmOptions) {
    super();
    this.recorder = new AttemptRecorder(options.tracker);
    this.limits = {
      concurrent: options.maxConcurrentTasks ?? 10,
      attempts: options.maxAttempts ?? 3,
      timeoutMs: options.timeoutMs ?? 300_000,
    };
    for (const [name, value] of Object.entries(this.limits)) {
      if (!(value >= 1)) throw new RangeError(`limit ${name} must be 1 or more, not ${value}`);
    }
    this.abortGraceMs = options.abortGraceMs ?? 1000;
    this.monotonicMs = options.monotonicMs ?? (() => performance.now());
    this.graph = new TaskGraph(options.keepSettledTasks ?? 10_000);
    for (const agent of options.agents ?? []) this.addAgent(agent);
  }

  /** @throws Error if there is an agent of this id already */
  addAgent(agent: SwarmAgent): void {
    if (this.members.has(agent.id)) throw new Error(`There is an agent ${agent.id} already`);
    const member = { agent, tally: new AgentTally() };
    this.members.set(agent.id, member);
    this.idle.set(agent.type, [...(this.idle.get(agent.type) ?? []), member]);
    this.dispatch();
  }

  /**
   * Takes in all of the tasks, or none. Also while the swarm runs.
   * @throws TaskGraphError on a cycle, an unknown dependency, a known id or senseless figures, and
   * while running also if no agent is there for a task
   */
  addTasks(tasks: readonly SwarmTask[]): void {
    if (this.active) this.requireAgents(tasks);
    const added = this.graph.add(tasks);
    for (const node of added) {
      if (node.state !== 'pending') this.tell('taskSettled', snapshot(node));
      else if (node.waitingFor === 0) this.ready.push(node);
    }
    this.dispatch();
  }

  /**
   * Begins, or goes on after `stop()`. Does nothing while running.
   * @throws TaskGraphError if no agent is there for a task
   * @throws Error while `stop()` has not ended
   */
  start(): void {
    if (this.stopping !== null) throw new Error('The swarm is still stopping');
    if (this.active) return;
    const open = this.graph.all().filter(({ state }) => state === 'pending');
    this.requireAgents(open.map(({ task }) => task));
    this.active = true;
    this.stopSignal = new AbortController();
    this.firstStartMs ??= this.monotonicMs();
    this.dispatch();
    // Later, so that whoever starts an empty swarm can still listen.
    queueMicrotask(() => this.completeIfDone());
  }

  /** Starts, and waits until the swarm is complete or stopped and its records are sent. */
  async run(): Promise<SwarmMetrics> {
    const ended = new Promise<SwarmMetrics>((resolve) => {
      const end = (metrics: SwarmMetrics): void => {
        this.off('complete', end).off('stopped', end);
        resolve(metrics);
      };
      this.on('complete', end).on('stopped', end);
    });
    this.start();
    const metrics = await ended;
    await this.recorder.flush();
    return metrics;
  }

  /**
   * Aborts what runs, records it as cancelled and sends the records. Aborted tasks are pending
   * again, without having used up an attempt: `start()` goes on where this stopped.
   */
  stop(): Promise<void> {
    this.stopping ??= this.halt().finally(() => {
      this.stopping = null;
    });
    return this.stopping;
  }

  tasks(): TaskSnapshot[] {
    return this.graph.all().map(snapshot);
  }

  metrics(): SwarmMetrics {
    const nowMs = this.monotonicMs();
    const tasks = this.graph.countsByState();
    const total = Object.values(tasks).reduce((sum, count) => sum + count, 0);
    const agents = [...this.members.values()].map(({ agent: { id, name, type }, tally }) => {
      const { busy, completed, failed } = tally;
      return { id, name, type, busy, completed, failed, busyMs: tally.busyMs(nowMs) };
    });
    const lifeMs = this.firstStartMs === null ? 0 : nowMs - this.firstStartMs;
    const busyMs = agents.reduce((sum, agent) => sum + agent.busyMs, 0);
    const { attempts, retries, successes, successMs } = this.totals;
    return {
      total,
      tasks,
      completionPercent: percent(tasks.completed, total),
      successPercent: percent(tasks.completed, tasks.completed + tasks.failed),
      attempts,
      retries,
      meanTaskMs: successes > 0 ? successMs / successes : null,
      busyPercent: percent(agents.filter(({ busy }) => busy).length, agents.length),
      utilisationPercent: percent(busyMs, lifeMs * agents.length),
      agents,
    };
  }

  private dispatch(): void {
    while (this.active && this.attempts.size < this.limits.concurrent) {
      const node = this.ready.take((type) => (this.idle.get(type)?.length ?? 0) > 0);
      const member = node && this.idle.get(node.task.agentType)?.shift();
      if (node === undefined || member === undefined) return;
      const attempt: Promise<void> = this.execute(node, member).finally(() => {
        this.attempts.delete(attempt);
        this.dispatch();
        this.completeIfDone();
      });
      this.attempts.add(attempt);
    }
  }

  /** One attempt, from taking the agent to giving it back. Never rejects. */
  private async execute(node: TaskNode, member: Member): Promise<void> {
    const { task } = node;
    const { agent, tally } = member;
    const stop = this.stopSignal.signal;
    this.graph.move(node, 'running');
    const attempt = (node.attempts += 1);
    this.totals.attempts += 1;
    if (attempt > 1) this.totals.retries += 1;
    tally.begin(this.monotonicMs());
    this.tell('taskStarted', { task, agent, attempt });

    const executionId = await this.recorder.begin(task, agent, attempt);
    const { timeoutMs = this.limits.timeoutMs } = task;
    const limits = { timeoutMs, abortGraceMs: this.abortGraceMs, stop };
    const end = await runAttempt(agent, task, this.graph.inputsOf(node), limits);
    const spentMs = tally.end(this.monotonicMs());
    this.idle.get(agent.type)?.push(member);
    await this.recorder.end(task, agent, end, { attempt, executionId });
    this.conclude(node, member, end, spentMs);
  }

  private conclude(
    node: TaskNode,
    { agent, tally }: Member,
    end: AttemptEnd,
    spentMs: number,
  ): void {
    const { task } = node;
    if (end.status === 'success') {
      tally.completed += 1;
      this.totals.successes += 1;
      this.totals.successMs += spentMs;
      for (const ready of this.graph.complete(node, end.result.output)) this.ready.push(ready);
      this.tell('taskSettled', snapshot(node));
      return;
    }
    node.error = end.error.message;
    if (end.status === 'cancelled') {
      this.graph.move(node, 'pending');
      this.ready.push(node);
      return;
    }
    tally.failed += 1;
    node.failures += 1;
    const { maxAttempts = this.limits.attempts } = task;
    if (end.error.retryable && node.failures < maxAttempts) {
      this.graph.move(node, 'pending');
      this.ready.push(node);
      this.tell('taskRetried', { task, agent, attempt: node.attempts, error: node.error });
      return;
    }
    const blocked = this.graph.fail(node);
    for (const settled of [node, ...blocked]) this.tell('taskSettled', snapshot(settled));
  }

  private async halt(): Promise<void> {
    const wasActive = this.active;
    this.active = false;
    this.stopSignal.abort();
    await Promise.all(this.attempts);
    await this.recorder.flush();
    if (wasActive) this.tell('stopped', this.metrics());
  }

  private completeIfDone(): void {
    if (!this.active || this.graph.unsettled > 0 || this.attempts.size > 0) return;
    this.active = false;
    this.tell('complete', this.metrics());
  }

  private requireAgents(tasks: readonly SwarmTask[]): void {
    const alone = tasks.find(({ agentType }) => !this.idle.has(agentType));
    if (alone === undefined) return;
    const message = `Task ${alone.id} needs an agent of type ${alone.agentType}; there is none`;
    throw new TaskGraphError('no-agent', message);
  }

  /** A listener's error is uncaught, as it should be, but leaves the swarm's books in order. */
  private tell<K extends keyof SwarmEvents>(event: K, ...args: SwarmEvents[K]): void {
    for (const listener of this.rawListeners(event)) {
      try {
        (listener as (...values: SwarmEvents[K]) => void).apply(this, args);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

function snapshot({ task, state, attempts, output, error }: TaskNode): TaskSnapshot {
  return { task, state, attempts, output, error };
}
