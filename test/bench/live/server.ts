/**
 * What sends: our live core with both doors, or a bare server that broadcasts the same bytes. The
 * events are made in the process itself, so that nothing but sending is measured.
 */
import { createServer } from 'node:http';

import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Gatekeeper, OPEN_PRINCIPAL } from '@app/access';
import { CLOCK, CONFIG, EventBus, UpgradeRouter, systemClock } from '@app/platform';
import type { StoredExecution } from '@app/platform';
import { LiveIoAdapter, RealtimeModule } from '@app/realtime';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';

import { aStoredExecution } from '../../../libs/realtime/test/live.fixtures.js';

export interface LiveServerOptions {
  port: number;
  kind: 'ours' | 'bare ws' | 'bare socket.io';
  eventsPerSecond: number;
}

const options = JSON.parse(process.argv[2] ?? '{}') as LiveServerOptions;
const TICK_MS = 5;
let made = 0;

function make(): StoredExecution {
  made += 1;
  const now = new Date();
  return aStoredExecution({
    agentId: `agent-${made % 50}`,
    startedAt: new Date(now.getTime() - 1250).toISOString(),
    endedAt: now.toISOString(),
  });
}

/** Calls with as many events as are due; nobody sends before the bench says so. */
function publish(send: (executions: StoredExecution[]) => void): void {
  let startedAt = 0;
  let sent = 0;
  process.on('SIGUSR2', () => {
    if (startedAt !== 0) process.stderr.write(`published ${sent}\n`);
    startedAt = startedAt === 0 ? performance.now() : 0;
    sent = 0;
  });
  setInterval(() => {
    if (startedAt === 0) return;
    const due = Math.floor(((performance.now() - startedAt) * options.eventsPerSecond) / 1000);
    if (due > sent) send(Array.from({ length: due - sent }, make));
    sent = due;
  }, TICK_MS);
}

/** The bytes of a completed task as our plain door sends them. */
function textOf(execution: StoredExecution): string {
  const { executionId, project, agentId, agentName, agentType, taskId, taskName } = execution;
  const { taskType, complexity, attempt, status, durationMs, startedAt, endedAt } = execution;
  const who = { executionId, project, agentId, agentName, agentType, taskId, taskName };
  const what = { taskType, complexity, attempt, status, success: true, error: null };
  const data = { ...who, ...what, executionTime: durationMs, startedAt, endedAt };
  return JSON.stringify({ type: 'performance:taskCompleted', data, seq: made * 1_000_000_000 });
}

async function startOurs(): Promise<void> {
  const gatekeeper = {
    enter: () =>
      Promise.resolve({
        principal: OPEN_PRINCIPAL,
        project: { projectId: 1, slug: 'default', name: 'default' },
      }),
    onRevoked: () => () => undefined,
  };
  const queries = {
    agentMetrics: () => Promise.resolve([]),
    trends: () => Promise.resolve([]),
    ingest: () => Promise.resolve({ accepted: 0, duplicates: 0, rejected: [] }),
  };
  @Global()
  @Module({
    providers: [
      EventBus,
      UpgradeRouter,
      { provide: CLOCK, useValue: systemClock },
      { provide: CONFIG, useValue: { host: '127.0.0.1' } },
      { provide: Gatekeeper, useValue: gatekeeper },
    ],
    exports: [EventBus, UpgradeRouter, CLOCK, CONFIG, Gatekeeper],
  })
  class Surroundings {}
  @Module({ imports: [Surroundings, RealtimeModule.forRoot({ useFactory: () => queries })] })
  class LiveBenchModule {}
  const app = await NestFactory.create<NestFastifyApplication>(
    LiveBenchModule,
    new FastifyAdapter(),
    { logger: ['error'] },
  );
  app.useWebSocketAdapter(new LiveIoAdapter(app));
  await app.listen(options.port, '127.0.0.1');
  const bus = app.get(EventBus);
  publish((executions) => bus.publish('executionsStored', executions));
}

async function startBare(): Promise<void> {
  const http = createServer();
  if (options.kind === 'bare ws') {
    const server = new WebSocketServer({ server: http, perMessageDeflate: false });
    publish((executions) => {
      for (const text of executions.map(textOf)) {
        for (const client of server.clients) client.send(text);
      }
    });
  } else {
    const server = new Server(http, { serveClient: false, perMessageDeflate: false });
    publish((executions) => {
      for (const execution of executions) {
        server.emit('performance:taskCompleted', JSON.parse(textOf(execution)));
      }
    });
  }
  await new Promise<void>((resolve) => http.listen(options.port, '127.0.0.1', resolve));
}

await (options.kind === 'ours' ? startOurs() : startBare());
process.stdout.write('ready\n');
process.once('SIGTERM', () => process.exit(0));
