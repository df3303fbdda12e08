import { EXECUTION_FIELDS } from '@app/contracts';
import type {
  AlertChange,
  Execution,
  LiveEvents,
  LiveKind,
  RunningExecution,
  Severity,
  TaskCompleted,
} from '@app/contracts';

import { LiveFrame } from './live.frame.js';

/** News of a project that waits to be sent. It becomes a frame only if somebody wants it. */
export interface LiveEvent {
  readonly kind: LiveKind;
  readonly project: string;
  readonly agentId: string;
  readonly agentType: string;
  /** What of it only the newest matters: the agent, or the alert. */
  readonly subject: string;
  /** Of an alert. */
  readonly severity: Severity | null;
  frame(seq: number): LiveFrame;
}

export function taskStarted(execution: RunningExecution): LiveEvent {
  return liveEvent('performance:taskStarted', execution, () => execution);
}

export function taskCompleted(execution: Execution): LiveEvent {
  return liveEvent('performance:taskCompleted', execution, () => completionOf(execution));
}

export function metricRecorded(execution: Execution): LiveEvent {
  return liveEvent('performance:metricRecorded', execution, () => {
    // The integer key is a matter between us and the database.
    const fields = EXECUTION_FIELDS.map((name) => [name, execution[name]]);
    return Object.fromEntries(fields) as Execution;
  });
}

export function alertChanged(change: AlertChange): LiveEvent {
  const { alert } = change;
  return {
    ...liveEvent('performance:alert', alert, () => change),
    subject: alert.id,
    severity: alert.severity,
  };
}

function liveEvent<K extends LiveKind>(
  kind: K,
  subject: { project: string; agentId: string; agentType: string },
  data: () => LiveEvents[K],
): LiveEvent {
  const { project, agentId, agentType } = subject;
  let frame: LiveFrame<K> | undefined;
  return {
    kind,
    project,
    agentId,
    agentType,
    subject: agentId,
    severity: null,
    frame: (seq) => (frame ??= new LiveFrame(kind, data(), seq)),
  };
}

function completionOf(execution: Execution): TaskCompleted {
  return {
    executionId: execution.executionId,
    project: execution.project,
    agentId: execution.agentId,
    agentName: execution.agentName,
    agentType: execution.agentType,
    taskId: execution.taskId,
    taskName: execution.taskName,
    taskType: execution.taskType,
    complexity: execution.complexity,
    attempt: execution.attempt,
    status: execution.status,
    success: execution.status === 'success',
    error: execution.errorMessage ?? execution.errorType,
    executionTime: execution.durationMs,
    startedAt: execution.startedAt,
    endedAt: execution.endedAt,
  };
}
