import { EventEmitter } from 'node:events';
import type { ExecutionRecord } from '@app/contracts';
import { LIMITS } from '@app/contracts';
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
import { zeroStats } from './stats.js';
import type { TrackerStats } from './stats.js';
import { uuidV7 } from './uuid-v7.js';

export interface AgentRef {
  id: string;
  name: string;
  type: string;
}

export interface TaskRef {
  id: string;
  name: string;
  type?: string;
  complexity?: number;
  attempt?: number;
}

/** Lets tracked work say what it used, where it knows better than the process-wide meters. */
export interface TaskMeter {
  executionId: string;
  report(usage: ResourceUsage): void;
}

/**
 * Records what agents do and sends it to a tracker server. It never throws into the caller's
 * work, and a server that is away costs nothing but memory up to `maxBuffer` records.
 */
export class AgentPerformanceTracker extends EventEmitter<TrackerEvents> {
  private readonly settings: Settings;
  private readonly counts = zeroStats();
  private readonly sender: Sender;
  private readonly running: RunningTasks;
  private heartbeat: NodeJS.Timeout | null = null;

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
    return Promise.resolve(this.begin(agent, { id: taskId, name: taskName, complexity }, extras));
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
   * Times `fn`, records how it went, and passes on its result or error. CPU and memory are those
   * of the whole process while `fn` ran: with tasks side by side, let `fn` report its own figures.
   */
  async track<T>(
    agent: AgentRef,
    task: TaskRef,
    fn: (meter: TaskMeter) => T | Promise<T>,
  ): Promise<T> {
    let reported: ResourceUsage = {};
    const extras: StartExtras = compact({ taskType: task.type, attempt: task.attempt });
    const executionId = this.begin(agent, task, extras);
    const cpu = process.cpuUsage();
    const end = (success: boolean, error?: unknown): void => {
      const { user, system } = process.cpuUsage(cpu);
      const memoryMb = process.memoryUsage.rss() / 2 ** 20;
      const usage = { cpuMs: (user + system) / 1000, memoryMb, ...reported };
      this.finish(agent, task.id, success, error, usage, { executionId });
    };
    const report = (usage: ResourceUsage): void => {
      reported = { ...reported, ...usage };
    };
    try {
      const result = await fn({ executionId, report });
      end(true);
      return result;
    } catch (error) {
      end(false, error);
      throw error;
    }
  }

  /** Sends what is buffered; resolves when it is stored or the server cannot take it now. */
  flush(): Promise<void> {
    return this.sender.flush();
  }

  /**
   * A last flush, bounded by `closeTimeoutMs`, and no timers any more. What could not be sent
   * stays buffered (see `stats()`). A record after `close()` opens the tracker again.
   */
  async close(): Promise<void> {
    if (this.heartbeat !== null) clearInterval(this.heartbeat);
    this.heartbeat = null;
    await this.sender.close();
  }

  stats(): TrackerStats {
    return { ...this.counts, buffered: this.sender.size, running: this.running.size };
  }

  private begin(
    agent: AgentRef,
    task: { id: string; name: string; complexity?: number | undefined },
    extras?: StartExtras,
  ): string {
    const { clock } = this.settings;
    const startedMonotonicMs = clock.monotonicMs();
    const nowMs = clock.now();
    const executionId = uuidV7(nowMs);
    const record = compact<ExecutionRecord>({
      executionId,
      ...agentFields(agent),
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
    return executionId;
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
      this.heartbeat = setInterval(() => {
        const nowMs = clock.monotonicMs();
        for (const task of this.running.dueForHeartbeat(nowMs - heartbeatIntervalMs / 2, nowMs)) {
          this.sender.push(task.record);
        }
      }, heartbeatIntervalMs);
      this.heartbeat.unref();
    }
  }

  private tell<K extends keyof TrackerEvents>(event: K, ...args: TrackerEvents[K]): void {
    for (const listener of this.rawListeners(event)) {
      try {
        (listener as (...values: TrackerEvents[K]) => void).apply(this, args);
      } catch {
        // The listener's own fault: it must not reach the work that is measured.
      }
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
