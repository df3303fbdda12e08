import type { Scope } from './access.js';
import type { Alert, AlertTransition, Severity } from './alerts.js';
import type { SummaryRow } from './statistics.js';
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
  resync: { reason: 'slow_consumer' | 'restart' | 'expired' | 'gap'; missed: number };
  /** Several events in one message, in order; for those who subscribed with `batch`. */
  batch: LiveBatch;
  /** The state to begin with, for those who subscribed with `snapshot`. */
  'performance:summary': LiveSnapshot;
  /** `stream` names the numbers: `seq` means something within it only. */
  welcome: { project: string; serverTime: string; stream: string; seq: number };
  pong: { requestId?: string; serverTime: string };
  reply: { requestId?: string; data: unknown };
  error: { requestId?: string; code: string; detail: string };
}
export type LiveEventName = keyof LiveEvents;

/** Events in order; the number of each beside it. */
export type LiveBatch = {
  [K in LiveKind]: { type: K; data: LiveEvents[K]; seq: number };
}[LiveKind][];

export interface LiveSnapshot {
  generatedAt: string;
  /** It holds every event up to this number, and maybe some that come after. */
  seq: number;
  /** Agents that the subscription is about; `agents` holds the best ranked of them, at most 500. */
  total: number;
  agents: SummaryRow[];
}

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
  /** Of alerts; other kinds of events have none. */
  severities?: Severity[];
  /** At most so many sendings per second, 0.1 to 10 (default 10); each holds all that came since. */
  rate?: number;
  /**
   * `events` (default): every event, or a `resync` that says how many were left out. `latest`: of
   * each kind only the newest of each agent (of alerts: of each alert) since the last sending.
   */
  mode?: LiveMode;
  /** Several events travel as one `batch` message instead of a message each. */
  batch?: boolean;
  /** The present state comes as `performance:summary`, right after the answer. */
  snapshot?: boolean;
  /** The last event that was heard, of which stream: what came since then follows, or a `resync`. */
  since?: { stream: string; seq: number };
}

export const LIVE_MODES = ['events', 'latest'] as const;
export type LiveMode = (typeof LIVE_MODES)[number];

/** The answer to `subscribe`. */
export interface LiveSubscribed extends Omit<LiveSubscription, 'since' | 'snapshot'> {
  stream: string;
  /** Events with greater numbers follow, and, where `resumed`, those after `since` before them. */
  seq: number;
  /** Present where `since` was given: whether nothing is missing. */
  resumed?: boolean;
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
