import { randomUUID } from 'node:crypto';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AlertsModule } from '@app/alerts';
import type {
  Alert,
  AlertRule,
  AlertRuleInput,
  AlertTransitionEntry,
  Outcome,
} from '@app/contracts';
import { NotificationOutbox } from '@app/notifications';
import type { AlertNotice } from '@app/notifications';
import { EventBus } from '@app/platform';
import type { StoredExecution } from '@app/platform';
import type { DataSource } from 'typeorm';

import { ExecutionWatch } from '../../libs/alerts/src/execution-watch.js';
import { RuleBook } from '../../libs/alerts/src/rule.book.js';
import { SilenceBook } from '../../libs/alerts/src/silences/silence.book.js';
import { WindowWatch } from '../../libs/alerts/src/window-watch.js';
import { bootRooms } from './boot-rooms.js';

export const START = Date.parse('2026-11-22T12:00:00Z');
export const MINUTE = 60_000;

/** Agents 1 and 2 are of project `default`, 3 of `sample`; all are expected to need 1.2 s at level 3. */
const AGENTS = [
  { agentKey: 1, projectId: 1, project: 'default', agentId: 'planner-1' },
  { agentKey: 2, projectId: 1, project: 'default', agentId: 'planner-2' },
  { agentKey: 3, projectId: 2, project: 'sample', agentId: 'planner-1' },
];

export interface Run {
  agentKey?: number;
  status?: Outcome;
  durationMs?: number;
  cpuPercent?: number;
  taskType?: string;
  /** When it ended; default now. */
  endedMs?: number;
}

export interface AnsweredAlert<T> {
  status: number;
  body: { data: T; code: string; errors?: { path: string }[] };
  etag: string | undefined;
}

export const at = (ms: number): string => new Date(ms).toISOString();

export const times = (count: number, run: Run): Run[] => Array.from({ length: count }, () => run);

/** The alerts room with a clock to turn, agents that report, and what the bus told. */
export class AlertsWorld {
  nowMs = START;
  private news: { id: string; transition: string; count: number }[] = [];
  /** What was left for the channels. */
  told: AlertNotice[] = [];
  app!: NestFastifyApplication;
  dataSource!: DataSource;
  private closeRooms!: () => Promise<void>;

  static async boot(): Promise<AlertsWorld> {
    const world = new AlertsWorld();
    const rooms = await bootRooms([AlertsModule], { now: () => new Date(world.nowMs) });
    world.app = rooms.app;
    world.dataSource = rooms.dataSource;
    world.closeRooms = rooms.close;
    await rooms.dataSource.query(
      `CREATE TABLE agent_performance_metrics_p20261122 PARTITION OF agent_performance_metrics
       FOR VALUES FROM ('2026-11-22 00:00+00') TO ('2026-11-23 00:00+00')`,
    );
    for (const { agentKey, projectId, agentId } of AGENTS) {
      await rooms.dataSource.query(
        `INSERT INTO agents (agent_key, project_id, agent_id, agent_name, agent_type,
           first_seen_at, last_seen_at) VALUES ($1, $2, $3, $3, 'orchestrator', $4, $4)`,
        [agentKey, projectId, agentId, new Date(START - 24 * 60 * MINUTE)],
      );
    }
    const outbox = rooms.app.get(NotificationOutbox);
    const enqueue = outbox.enqueue.bind(outbox);
    outbox.enqueue = async (query, notices) => {
      await enqueue(query, notices);
      world.told.push(...notices);
    };
    rooms.app.get(EventBus).subscribe('alertChanged', ({ transition, alert }) => {
      world.news.push({ id: alert.id, transition, count: alert.count });
    });
    return world;
  }

  close(): Promise<void> {
    return this.closeRooms();
  }

  /** Noon again, and nothing happened yet. */
  async reset(): Promise<void> {
    this.nowMs = START;
    await this.judged();
    this.app.get(ExecutionWatch).takeActive();
    await this.dataSource
      .query(`TRUNCATE agent_performance_metrics, dirty_buckets, dirty_groups, agent_performance_aggregated,
         running_executions, agent_performance_alerts, alert_transitions, alert_rules,
         alert_silences, notification_channels, notification_outbox CASCADE`);
    await this.app.get(RuleBook).refresh();
    await this.app.get(SilenceBook).refresh();
    this.news = [];
    this.told = [];
  }

  /** What was published of an alert: an update may come up to a second late, in the next test. */
  heardOf(id?: string): [transition: string, count: number][] {
    return this.news
      .filter((one) => one.id === id)
      .map(({ transition, count }) => [transition, count]);
  }

  judged(): Promise<void> {
    return this.app.get(ExecutionWatch).drain();
  }

  judgeWindows(): Promise<void> {
    return this.app.get(WindowWatch).judge();
  }

  aRun(run: Run): StoredExecution {
    const agent = AGENTS.find(({ agentKey }) => agentKey === (run.agentKey ?? 1));
    const endedMs = run.endedMs ?? this.nowMs;
    const durationMs = run.durationMs ?? 1000;
    return {
      agentKey: agent?.agentKey,
      project: agent?.project,
      agentId: agent?.agentId,
      agentName: agent?.agentId,
      agentType: 'orchestrator',
      executionId: randomUUID(),
      taskType: run.taskType ?? 'default',
      complexity: 3,
      status: run.status ?? 'success',
      durationMs,
      startedAt: new Date(endedMs - durationMs).toISOString(),
      endedAt: new Date(endedMs).toISOString(),
      cpuPercent: run.cpuPercent ?? null,
      memoryMb: null,
    } as StoredExecution;
  }

  /** Stores executions and tells of them, as ingest does, and waits until they are judged. */
  async report(...runs: Run[]): Promise<StoredExecution[]> {
    const executions = runs.map((run) => this.aRun(run));
    await this.dataSource.query(
      `INSERT INTO agent_performance_metrics (agent_key, started_at, execution_id, task_id,
         task_name, task_type, complexity, attempt, status, ended_at, duration_ms, cpu_percent)
       SELECT k, s, x, 't', 't', tt, 3, 1, st, e, d, c
       FROM unnest($1::integer[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[],
         $6::timestamptz[], $7::float8[], $8::float8[]) AS r(k, s, x, tt, st, e, d, c)`,
      [
        executions.map((one) => one.agentKey),
        executions.map((one) => one.startedAt),
        executions.map((one) => one.executionId),
        executions.map((one) => one.taskType),
        executions.map((one) => one.status),
        executions.map((one) => one.endedAt),
        executions.map((one) => one.durationMs),
        executions.map((one) => one.cpuPercent),
      ],
    );
    await this.dataSource.query(
      `INSERT INTO dirty_buckets (agent_key, bucket_start, mark_id)
       SELECT DISTINCT ON (k, date_trunc('minute', s)) k, date_trunc('minute', s), gen_random_uuid()
       FROM unnest($1::integer[], $2::timestamptz[]) AS r(k, s)`,
      [executions.map((one) => one.agentKey), executions.map((one) => one.startedAt)],
    );
    await this.dataSource.query(
      `UPDATE agents SET last_seen_at = greatest(last_seen_at, $2) WHERE agent_key = ANY($1::integer[])`,
      [executions.map((one) => one.agentKey), new Date(this.nowMs)],
    );
    this.app.get(EventBus).publish('executionsStored', executions);
    await this.judged();
    return executions;
  }

  async page(query: string): Promise<{ data: Alert[]; page: { nextCursor: string | null } }> {
    const answer = await this.app.inject(`/alerts?${query}`);
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.json();
  }

  async list(query = ''): Promise<Alert[]> {
    return (await this.page(query)).data;
  }

  async resolve(
    id: string,
    payload?: Record<string, unknown>,
  ): Promise<{ status: number; data: Alert; code: string }> {
    const url = `/alerts/${encodeURIComponent(id)}/resolve`;
    const answer = await this.app.inject({ method: 'POST', url, ...(payload && { payload }) });
    return { status: answer.statusCode, ...answer.json<{ data: Alert; code: string }>() };
  }

  /** Any request to the room; the body is empty where nothing is answered. */
  async send<T>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    payload?: object,
    headers: Record<string, string> = {},
  ): Promise<AnsweredAlert<T>> {
    const answer = await this.app.inject({
      method,
      url: path,
      headers,
      ...(payload && { payload }),
    });
    const body = answer.body === '' ? {} : answer.json<object>();
    return {
      status: answer.statusCode,
      body: body as AnsweredAlert<T>['body'],
      etag: answer.headers.etag,
    };
  }

  act(id: string, action: string, payload: object = {}): Promise<AnsweredAlert<Alert>> {
    return this.send<Alert>('POST', `/alerts/${encodeURIComponent(id)}/${action}`, payload);
  }

  /** What happened to an alert, in order. */
  async history(id: string): Promise<string[]> {
    const answer = await this.send<AlertTransitionEntry[]>('GET', `/alerts/${id}/transitions`);
    return answer.body.data.map(({ transition }) => transition);
  }

  /** Makes a rule; a threshold unless it says otherwise. */
  async aRule(input: AlertRuleInput): Promise<AlertRule> {
    const rule = { type: 'threshold', name: 'a rule', ...input };
    const answer = await this.send<AlertRule>('POST', '/alerts/rules', rule);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.data;
  }

  /** Alerts of a rule, newest first. */
  ofRule({ id }: Pick<AlertRule, 'id'>, query = ''): Promise<Alert[]> {
    return this.list(`ruleId=${id}&${query}`);
  }

  /** One slow execution, and the alert that it is. */
  async fired(): Promise<Alert> {
    await this.report({ durationMs: 2000 });
    const [alert] = await this.list();
    return alert as Alert;
  }

  /** What the channels were told of, oldest first. */
  toldOf(ruleId?: string): string[] {
    return this.told
      .filter(({ alert }) => ruleId === undefined || alert.ruleId === ruleId)
      .map(({ transition }) => transition);
  }
}
