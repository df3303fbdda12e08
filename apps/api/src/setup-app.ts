import { randomUUID } from 'node:crypto';

import { RequestMethod, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuditHook, Gatekeeper, ProjectEntity, RequestGuard, guardEdges } from '@app/access';
import { AggregatedEntity } from '@app/aggregation';
import { AlertEntity } from '@app/alerts';
import { BenchmarkEntity } from '@app/benchmarks';
import { LIMITS } from '@app/contracts';
import {
  AgentEntity,
  INGEST_CONNECTIONS,
  IngestPipe,
  MetricEntity,
  gateIngest,
  registerBodyParsers,
} from '@app/metrics';
import { ProblemFilter, createDataSource, migrate, validationProblem } from '@app/platform';
import type { AppConfig, Clock } from '@app/platform';
import { SelfMetrics, serveExposition } from '@app/operations';
import { SummaryViewEntity } from '@app/query';
import { LiveIoAdapter } from '@app/realtime';
import { DashboardEntity, SavedViewEntity } from '@app/workspace';
import type { DataSource } from 'typeorm';

import { migrations } from '../../../migrations/index.js';
import { serveApiDocs } from './api-docs.js';
import { AppModule } from './app.module.js';
import { ClosingGuard } from './closing-guard.js';
import { compressAnswers } from './compression.js';
import { DescribedParameters } from './described-parameters.js';
import { serveDashboard } from './dashboard.js';
import { answerBadUrl, answerUnreadable, boundBodyTime, watchEdges } from './http-edges.js';
import { ProcessLog, createLog } from './process-log.js';
import { logRequests } from './request-log.js';
import { sendSafeHeaders } from './safe-headers.js';

export const API_PREFIX = 'api/v1/agent-performance';

export interface AppOptions {
  config: AppConfig;
  /** Of the embedded or the external server. */
  databaseUrl: string;
  clock?: Clock;
}

/** Every entity of every room. */
export const entities = [
  AgentEntity,
  AggregatedEntity,
  AlertEntity,
  BenchmarkEntity,
  DashboardEntity,
  MetricEntity,
  ProjectEntity,
  SavedViewEntity,
  SummaryViewEntity,
];

/** Connects, migrates and builds the whole server; the caller listens. */
export async function createApp(options: AppOptions): Promise<NestFastifyApplication> {
  await bringUpToDate(options.databaseUrl);
  const dataSource = createDataSource({
    url: options.databaseUrl,
    poolSize: options.config.databasePoolSize - INGEST_CONNECTIONS,
    entities,
  });
  await dataSource.initialize();
  try {
    return await buildApp(options, dataSource);
  } catch (error) {
    // Not awaited: a connection that broke off may never say that it has ended.
    void dataSource.destroy().catch(() => undefined);
    throw error;
  }
}

async function bringUpToDate(url: string): Promise<void> {
  const dataSource = createDataSource({
    url,
    poolSize: 2,
    migrations,
    statementTimeoutMs: Infinity,
  });
  await dataSource.initialize();
  try {
    await migrate(dataSource);
  } finally {
    // Not awaited: a connection that broke off may never say that it has ended.
    void dataSource.destroy().catch(() => undefined);
  }
}

async function buildApp(
  options: AppOptions,
  dataSource: DataSource,
): Promise<NestFastifyApplication> {
  const { config } = options;
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot({ config, dataSource, ...(options.clock && { clock: options.clock }) }),
    createAdapter(config),
    { bodyParser: false, logger: new ProcessLog(createLog(config)), abortOnError: false },
  );
  const fastify = app.getHttpAdapter().getInstance();
  sendSafeHeaders(fastify);
  logRequests(fastify);
  guardEdges(fastify, config);
  app.get(RequestGuard).watch(fastify);
  app.get(Gatekeeper).start();
  app.get(AuditHook).watch(fastify, `/${API_PREFIX}/`);
  watchEdges(fastify);
  const parameters = new DescribedParameters();
  parameters.watch(fastify);
  app.get(ClosingGuard).watch(fastify);
  serveExposition(fastify, app.get(SelfMetrics));
  const ingestPath = `/${API_PREFIX}/metrics`;
  gateIngest(fastify, ingestPath, app.get(IngestPipe));
  boundBodyTime(fastify);
  registerBodyParsers(fastify, ingestPath);
  app.setGlobalPrefix(API_PREFIX, {
    exclude: ['livez', 'readyz'].map((path) => ({ path, method: RequestMethod.GET })),
  });
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      exceptionFactory: validationProblem,
    }),
  );
  app.useWebSocketAdapter(new LiveIoAdapter(app));
  await compressAnswers(app);
  await serveDashboard(fastify, config.publicUrl);
  parameters.learn(serveApiDocs(app));
  return app;
}

function createAdapter({ trustProxy }: AppConfig): FastifyAdapter {
  return new FastifyAdapter({
    // For what is no route; each route has a limit of its own.
    bodyLimit: LIMITS.publicBodyBytes,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    ...(trustProxy && { trustProxy: [...trustProxy] }),
    frameworkErrors: answerBadUrl,
    clientErrorHandler: answerUnreadable,
    routerOptions: { maxParamLength: 2000 },
  });
}
