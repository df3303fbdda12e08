import type { ExecutionRecord } from '@app/contracts';
import { LIMITS } from '@app/contracts';
import { Emitter } from './emitter.js';
import type { TrackerEvents } from './events.js';
import type { EndExtras, ResourceUsage, Settings, StartExtras, TrackerOptions } from './options.js';
import { settingsOf } from './options.js';
import {
  compact,
  errorFields,
  extraFields,
  idText,
  level,
  plainText,
  usageFields,
} from './record.js';
import { RunningTasks } from './running-tasks.js';
import type { RunningTask } from './running-tasks.js';
import { Sender } from './sender.js';
import { unref } from './runtime.js';
import type { Timer } from './runtime.js';
import { zeroStats } from './stats.js';
import type { TrackerStats } from './stats.js';
import { TrackedTask, meter } from './tracked-task.js';
import type { AgentRef, TaskMeter, TaskRef } from './tracked-task.js';
import { uuidV7 } from './uuid-v7.js';

/**
 * Records what agents do and sends it to a tracker server. It never throws into the caller's
 * work. While the server is away, records wait in memory, up to `maxBuffer`, or in `spoolDir`.
 */
export class AgentPerformanceTracker extends Emitter<TrackerEvents> {
  private readonly settings: Settings;
  private readonly counts = zeroStats();
  private readonly sender: Sender;
  private readonly running: RunningTasks;
  private heartbeat: Timer | null = null;

  /**
   * @throws TypeError if the url is no http address
   * @throws RangeError if a number among the options is not positive
   */
  constructor(options: TrackerOptions) {
    super();
    this.settings = settingsOf(options);
    this.running = new RunningTasks(this.settings.maxRunning);
    this.sender = new Sender(this.settings, this.counts, (event, ...args) =>
      this.tell(event, ...args),
    );
  }

  /**
   * An agent begins a task. Starting the same task again before it ended is a second execution.
   * @param complexity 1 simple … 5 maximum; the server's default is 1
   * @returns the execution's id, a UUID
   */
  startTaskExecution(
    agentId: string,
    agentName: string,
    agentType: string,
    taskId: string,
    taskName: string,
    complexity?: number,
    extras?: StartExtras,
  ): Promise<string> {
    const agent = { id: agentId, name: agentName, type: agentType };
    const task = { id: taskId, name: taskName, complexity };
    return Promise.resolve(this.begin(agent, task, extras).executionId);
  }

  /**
   * An agent ended a task: the oldest running execution of this agent and task, unless
   * `extras.executionId` names another. Without a known start the end is reported alone, and the
   * server completes the execution that it saw beginning.
   * @param error what went wrong: a text, or any thrown value
   */
  endTaskExecution(
    agentId: string,
    agentName: string,
    agentType: string,
    taskId: string,
    success: boolean,
    error?: unknown,
    resourceUsage?: ResourceUsage,
    extras?: EndExtras,
  ): Promise<void> {
    const agent = { id: agentId, name: agentName, type: agentType };
    this.finish(agent, taskId, success, error, resourceUsage, extras);
    return Promise.resolve();
  }

  /**
   * Times and meters `fn`, records how it went, and passes on its result or error. Executions that
   * begin inside it get it as their parent, and its trace. CPU is that which this thread spent in
   * `fn` and what it started, not in tasks inside it; memory is the peak of the whole process. What
   * other threads and processes use for it, `fn` adds with `addUsage`.
   */
  async track<T>(
    agent: AgentRef,
    task: TaskRef,
    fn: (meter: TaskMeter) => T | Promise<T>,
  ): Promise<T> {
    const { id, name, type: taskType, complexity, ...rest } = task;
    const record = this.begin(agent, { id, name, complexity }, compact({ ...rest, taskType }));
    const { executionId, traceId } = record;
    const tracked = new TrackedTask(this, executionId, traceId);
    const end = (success: boolean, error?: unknown): void => {
      meter.end(tracked);
      const extras = { executionId, ...tracked.extras() };
      this.finish(agent, id, success, error, tracked.usage(), extras);
    };
    try {
      const result = await meter.run(tracked, () => fn(tracked), this.settings.meterCpu);
      end(true);
      return result;
    } catch (error) {
      end(false, error);
      throw error;
    }
  }

  /**
   * The execution that `track()` is running around this line, also in functions called from there
   * and after an `await`. Undefined outside, and always in a browser.
   */
  currentTask(): TaskMeter | undefined {
    const task = meter.currentTask();
    return task?.owner === this ? task : undefined;
  }

  /** `addUsage` of the current task; without one, nothing happens. */
  addUsage(usage: ResourceUsage): void {
    this.currentTask()?.addUsage(usage);
  }

  /** Sends what is buffered; resolves when it is stored or the server cannot take it now. */
  flush(): Promise<void> {
    return this.sender.flush();
  }

  /**
   * A last flush, bounded by `closeTimeoutMs`, and no timers or connections any more. What could
   * not be sent goes to `spoolDir`, or stays buffered (see `stats()`). A record after `close()`
   * opens the tracker again.
   */
  async close(): Promise<void> {
    if (this.heartbeat !== null) clearInterval(this.heartbeat);
    this.heartbeat = null;
    await this.sender.close();
  }

  stats(): TrackerStats {
    return { ...this.counts, ...this.sender.sizes(), running: this.running.size };
  }

  private begin(
    agent: AgentRef,
    task: { id: string; name: string; complexity?: number | undefined },
    extras?: StartExtras,
  ): ExecutionRecord & { executionId: string } {
    const { clock } = this.settings;
    const parent = this.currentTask();
    const startedMonotonicMs = clock.monotonicMs();
    const nowMs = clock.now();
    const executionId = uuidV7(nowMs);
    const record = compact<ExecutionRecord & { executionId: string }>({
      executionId,
      ...agentFields(agent),
      parentExecutionId: parent?.executionId,
      traceId: parent?.traceId,
      taskId: idText(task.id),
      taskName: plainText(task.name, LIMITS.nameLength),
      complexity: level(task.complexity),
      ...extraFields(extras),
      status: 'running',
      startedAt: new Date(nowMs).toISOString(),
    });
    const { agentId, taskId } = record;
    const running = { executionId, agentId, taskId, record, startedMonotonicMs };
    if (this.running.add({ ...running, reportedMonotonicMs: startedMonotonicMs })) {
      this.counts.forgotten += 1;
    }
    this.sender.push(record);
    this.beat();
    this.tell('taskStarted', record);
    return record;
  }

  private finish(
    agent: AgentRef,
    taskId: string,
    success: boolean,
    error: unknown,
    usage: ResourceUsage | undefined,
    extras: EndExtras | undefined,
  ): void {
    const ids = { ...agentFields(agent), taskId: idText(taskId) };
    const started = this.running.end(ids.agentId, ids.taskId, extras?.executionId);
    const durationMs = started && this.elapsedMs(started);
    const record = compact<ExecutionRecord>({
      ...started?.record,
      executionId: started?.executionId ?? extras?.executionId,
      ...ids,
      ...extraFields(extras),
      status: extras?.status ?? (success ? 'success' : 'failure'),
      durationMs,
      ...errorFields(error, extras),
      ...usageFields(usage, durationMs),
    });
    this.sender.push(record, started === undefined);
    this.beat();
    const succeeded = record.status === 'success';
    this.tell('taskCompleted', {
      ...record,
      success: succeeded,
      executionTime: durationMs ?? null,
    });
  }

  /** To the microsecond; the rest is noise that would only lengthen the wire. */
  private elapsedMs(started: RunningTask): number {
    const elapsed = this.settings.clock.monotonicMs() - started.startedMonotonicMs;
    return Math.max(0, Math.round(elapsed * 1000) / 1000);
  }

  /** Runs the heartbeat while something runs: the server gives up executions it hears nothing of. */
  private beat(): void {
    if (this.running.size === 0 && this.heartbeat !== null) {
      clearInterval(this.heartbeat);
      this.heartbeat = null;
    } else if (this.running.size > 0 && this.heartbeat === null) {
      const { heartbeatIntervalMs, clock } = this.settings;
      const timer = setInterval(() => {
        // Signs of life are of no use later.
        if (this.sender.isAway) return;
        const nowMs = clock.monotonicMs();
        for (const task of this.running.dueForHeartbeat(nowMs - heartbeatIntervalMs / 2, nowMs)) {
          this.sender.push(task.record);
        }
      }, heartbeatIntervalMs);
      this.heartbeat = unref(timer);
    }
  }
}

function agentFields({
  id,
  name,
  type,
}: AgentRef): Pick<ExecutionRecord, 'agentId' | 'agentName' | 'agentType'> {
  return {
    agentId: idText(id),
    agentName: plainText(name, LIMITS.nameLength),
    agentType: idText(type),
  };
}
