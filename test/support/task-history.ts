import type { ExecutionRecord } from '@app/contracts';

import type { BootedApp } from './boot-app.js';
import { seeded, uuidFrom } from './random-history.js';

/** What a hostile agent may put into any text. */
export const EVIL = '<img src=x onerror=alert(1)>';
const random = seeded(11);
const id = (): string => uuidFrom(random);
export const [planId, readId, parseId] = [id(), id(), id()];

/**
 * Within the last day: a trace of three (plan, read, parse), 12 failed tasks of type `write` (8
 * failures, 4 time-outs), 5,000 of type `read`, and one that runs.
 */
export async function sendTasks(server: BootedApp): Promise<void> {
  const now = Date.now();
  const ago = (ms: number): string => new Date(now - ms).toISOString();
  const task = (over: Partial<ExecutionRecord>): ExecutionRecord => ({
    executionId: id(),
    agentId: 'reader-1',
    agentName: 'Reader 1',
    agentType: 'cognitive',
    taskId: 'bulk',
    taskType: 'read',
    status: 'success',
    startedAt: new Date(now - 3_600_000 - Math.floor(random() * 60_000_000)).toISOString(),
    durationMs: Math.round(20 + random() * 2000),
    ...over,
  });

  const ingest = async (records: ExecutionRecord[]): Promise<void> => {
    const { status } = await server.send('POST', '/metrics', records);
    if (status >= 300) throw new Error(`The tasks were answered with ${status}`);
  };
  const trace = { traceId: 'trace-7', taskType: 'plan' };
  await ingest([
    task({
      ...trace,
      executionId: planId,
      taskName: 'Plan it',
      agentId: 'planner-1',
      startedAt: ago(900_000),
      durationMs: 8000,
    }),
    task({
      ...trace,
      executionId: readId,
      parentExecutionId: planId,
      taskName: 'Read it',
      startedAt: ago(898_000),
      durationMs: 3000,
      metadata: { shard: 3, note: EVIL },
    }),
    task({
      ...trace,
      executionId: parseId,
      parentExecutionId: readId,
      taskName: 'Parse it',
      startedAt: ago(897_000),
      durationMs: 1000,
    }),
  ]);
  const failures = Array.from({ length: 12 }, (_, at) =>
    task({
      taskName: `Fails ${at}`,
      taskType: 'write',
      status: at < 8 ? 'failure' : 'timeout',
      errorType: at < 8 ? 'ParseError' : 'TimeoutError',
      errorMessage: at === 3 ? `Unexpected token ${EVIL}` : 'It did not work',
      durationMs: 60_000 + at * 1000,
      complexity: 4,
    }),
  );
  await ingest(failures);
  await ingest(Array.from({ length: 5000 }, (_, at) => task({ taskName: `Bulk ${at}` })));
  await ingest([
    {
      executionId: id(),
      agentId: 'planner-1',
      agentType: 'orchestrator',
      taskId: 'long',
      taskName: 'Long haul',
      status: 'running',
      startedAt: ago(60_000),
      progress: 40,
    },
  ]);
}
