import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import type { Query, Span } from '@app/aggregation';
import type { Execution, RunningExecution } from '@app/contracts';
import { CLOCK, openCursor, sealCursor } from '@app/platform';
import type { Clock } from '@app/platform';

import { identityOf, readAgents } from './agent.reader.js';
import type { AgentFilter, RegisteredAgent } from './agent.reader.js';
import { readExecutions, selectExecutions, toExecution } from './execution.reader.js';
import type { ExecutionFilter, ExecutionRow } from './execution.reader.js';
import { isPlace, placeOf } from './execution.order.js';
import type { ExecutionOrder, Place } from './execution.order.js';
import { ReadDatabase } from './read/read-database.js';
import { isSpan, spanOf } from './time-range.js';
import type { RangeParameters } from './time-range.js';

const EXPORT_PAGE = 1000;

interface RunningRow {
  execution_id: string;
  agent_key: number;
  task_id: string;
  task_name: string;
  task_type: string;
  complexity: number;
  attempt: number;
  started_at: Date;
  heartbeat_at: Date;
  progress: number | null;
}

export type ExecutionRequest = RangeParameters &
  AgentFilter &
  Omit<ExecutionFilter, 'fromMs' | 'toMs'>;

/** Where a page ends, and of which span the list is: "now" has moved on by the next page. */
type PageEnd = [fromMs: number, toMs: number, place: Place];

/** Raw executions, finished and running. */
@Injectable()
export class ExecutionsService {
  constructor(
    private readonly database: ReadDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError `invalid-request` for a bad cursor, `unknown-agent` (404) */
  async page(
    scope: ProjectScope,
    request: ExecutionRequest,
    by: ExecutionOrder,
    limit: number,
    cursor?: string,
  ): Promise<{ executions: Execution[]; nextCursor: string | null }> {
    const list = ['metrics', scope.projectId, by, request];
    const end = cursor === undefined ? undefined : openCursor(list, cursor, isPageEnd);
    const span = end ? { fromMs: end[0], toMs: end[1] } : this.spanOf(request);
    return this.database.snapshot(async ({ query }) => {
      const agents = await agentsByKey(query, scope, request);
      const filter = { ...request, ...span };
      const rows = await readExecutions(query, [...agents.keys()], filter, limit + 1, by, end?.[2]);
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      const place: PageEnd | undefined = last && [span.fromMs, span.toMs, placeOf(by, last)];
      return {
        executions: page.map((row) => toExecution(row, scope.slug, agents.get(row.agent_key))),
        nextCursor: place ? sealCursor(list, place) : null,
      };
    });
  }

  /** Everything that fits as of one instant, page by page: memory stays flat however much it is. */
  async *all(
    scope: ProjectScope,
    request: ExecutionRequest,
    by: ExecutionOrder,
  ): AsyncGenerator<Execution[]> {
    const filter = { ...request, ...this.spanOf(request) };
    const agents = await this.database.snapshot(({ query }) => agentsByKey(query, scope, request));
    const { sql, parameters } = selectExecutions([...agents.keys()], filter, by);
    for await (const rows of this.database.export<ExecutionRow>(sql, parameters, EXPORT_PAGE)) {
      yield rows.map((row) => toExecution(row, scope.slug, agents.get(row.agent_key)));
    }
  }

  async running(scope: ProjectScope, filter: AgentFilter): Promise<RunningExecution[]> {
    return this.database.snapshot(async ({ query }) => {
      const agents = await agentsByKey(query, scope, filter);
      const rows = await query<RunningRow>(
        `SELECT * FROM running_executions WHERE agent_key = ANY ($1::int[])
         ORDER BY started_at, execution_id LIMIT 1000`,
        [[...agents.keys()]],
      );
      return rows.map((row) => toRunning(row, scope.slug, agents.get(row.agent_key)));
    });
  }

  private spanOf(range: RangeParameters): Span {
    return spanOf(range, this.clock.now().getTime(), '24h');
  }
}

function isPageEnd(value: unknown): value is PageEnd {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [fromMs, toMs, place] = value as unknown[];
  return isSpan(fromMs, toMs) && isPlace(place);
}

async function agentsByKey(
  query: Query,
  scope: ProjectScope,
  filter: AgentFilter,
): Promise<Map<number, RegisteredAgent>> {
  const agents = await readAgents(query, scope.projectId, filter);
  return new Map(agents.map((agent) => [agent.agentKey, agent]));
}

function toRunning(
  row: RunningRow,
  project: string,
  agent: RegisteredAgent | undefined,
): RunningExecution {
  return {
    executionId: row.execution_id,
    project,
    ...identityOf(agent),
    taskId: row.task_id,
    taskName: row.task_name,
    taskType: row.task_type,
    complexity: row.complexity,
    attempt: row.attempt,
    startedAt: row.started_at.toISOString(),
    heartbeatAt: row.heartbeat_at.toISOString(),
    progress: row.progress,
  };
}
