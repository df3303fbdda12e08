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
  /** About so long is its message. */
  readonly bytes: number;
  frame(seq: number): LiveFrame;
}

/** Length of messages without the texts that may be long. */
const BRIEF_BYTES = 450;
const RECORD_BYTES = 750;

export function taskStarted(execution: RunningExecution): LiveEvent {
  return liveEvent('performance:taskStarted', execution, () => execution);
}

export function taskCompleted(execution: Execution): LiveEvent {
  const event = liveEvent('performance:taskCompleted', execution, () => completionOf(execution));
  return { ...event, bytes: BRIEF_BYTES + (execution.errorMessage?.length ?? 0) };
}

export function metricRecorded(execution: Execution): LiveEvent {
  const { errorMessage, metadata } = execution;
  const extraBytes =
    (errorMessage?.length ?? 0) + (metadata === null ? 0 : JSON.stringify(metadata).length);
  const event = liveEvent('performance:metricRecorded', execution, () => {
    // The integer key is a matter between us and the database.
    const fields = EXECUTION_FIELDS.map((name) => [name, execution[name]]);
    return Object.fromEntries(fields) as Execution;
  });
  return { ...event, bytes: RECORD_BYTES + extraBytes };
}

export function alertChanged(change: AlertChange): LiveEvent {
  const { alert } = change;
  return {
    ...liveEvent('performance:alert', alert, () => change),
    subject: alert.id,
    severity: alert.severity,
    bytes: RECORD_BYTES + alert.message.length,
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
    bytes: BRIEF_BYTES,
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
