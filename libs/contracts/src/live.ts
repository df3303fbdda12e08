import type { Scope } from './access.js';
import type { Alert, AlertTransition } from './alerts.js';
import type { Execution, ExecutionRecord, RunningExecution } from './execution.js';

/** Namespace of Socket.IO and path of the plain WebSocket. */
export const LIVE_PATH = '/agent-performance';

/** An execution ended. `success` and `executionTime` (ms) are the specification's words. */
export interface TaskCompleted {
  executionId: string;
  project: string;
  agentId: string;
  agentName: string;
  agentType: string;
  taskId: string;
  taskName: string;
  taskType: string;
  complexity: number;
  attempt: number;
  status: Execution['status'];
  success: boolean;
  error: string | null;
  executionTime: number;
  startedAt: string;
  endedAt: string;
}

/** What became of an alert. `cleared`: it was pending and is gone without having fired. */
export interface AlertChange {
  transition: AlertTransition | 'updated' | 'cleared';
  alert: Alert;
}

/** Events from server to client: name → payload. On the plain WebSocket: `{type, data, seq}`. */
export interface LiveEvents {
  'performance:taskStarted': RunningExecution;
  'performance:taskCompleted': TaskCompleted;
  'performance:metricRecorded': Execution;
  'performance:alert': AlertChange;
  /**
   * Events were left out for this client: read the state again by REST. `gap`: what another server
   * process had to tell was lost on its way; `missed` is 0 where nobody knows how much.
   */
  resync: { reason: 'slow_consumer' | 'restart' | 'gap'; missed: number };
  welcome: { project: string; serverTime: string; seq: number };
  pong: { requestId?: string; serverTime: string };
  reply: { requestId?: string; data: unknown };
  error: { requestId?: string; code: string; detail: string };
}
export type LiveEventName = keyof LiveEvents;

/** Kinds that a client can subscribe to. */
export const LIVE_KINDS = [
  'performance:taskStarted',
  'performance:taskCompleted',
  'performance:metricRecorded',
  'performance:alert',
] as const;
export type LiveKind = (typeof LIVE_KINDS)[number];

/** What a client wants to hear; absent lists mean everything. */
export interface LiveSubscription {
  agentIds?: string[];
  agentTypes?: string[];
  events?: LiveKind[];
}

/** Requests from client to server: `{type, requestId?, …}` on the plain WebSocket. */
export interface LiveRequests {
  subscribe: LiveSubscription;
  getAgentMetrics: { agentId?: string };
  getPerformanceTrends: { agentId: string; period?: string; lookback?: number };
  /** Answered with an `IngestResult` when what it accepted is committed. */
  ingest: { records: ExecutionRecord | ExecutionRecord[] };
  ping: Record<string, never>;
}

/** What each request asks of its sender; null: nothing. Events are heard with `read`. */
export const LIVE_REQUEST_SCOPES = {
  subscribe: 'read',
  getAgentMetrics: 'read',
  getPerformanceTrends: 'read',
  ingest: 'ingest',
  ping: null,
} as const satisfies Record<keyof LiveRequests, Scope | null>;
