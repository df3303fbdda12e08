import { ValidationPipe } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccessModule, ProjectEntity } from '@app/access';
import { BenchmarkEntity } from '@app/benchmarks';
import { PlatformModule, ProblemFilter, createDataSource, validationProblem } from '@app/platform';
import type { AppConfig, Clock } from '@app/platform';
import type { DataSource } from 'typeorm';

import { migrations } from '../../migrations/index.js';
import { freshDatabase } from './fresh-database.js';

/** Some rooms on a database of their own, without schedulers: a suite calls what they would call. */
export interface BootedRooms {
  app: NestFastifyApplication;
  dataSource: DataSource;
  close(): Promise<void>;
}

export async function bootRooms(rooms: Type[], clock: Clock): Promise<BootedRooms> {
  const database = await freshDatabase();
  const entities = [BenchmarkEntity, ProjectEntity];
  const dataSource = createDataSource({ url: database.url, poolSize: 5, entities, migrations });
  await dataSource.initialize();
  await dataSource.runMigrations();
  const platform = PlatformModule.forRoot({ config: {} as AppConfig, dataSource, clock });
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: class Rooms {}, imports: [platform, AccessModule, ...rooms] },
    new FastifyAdapter({ routerOptions: { maxParamLength: 1000 } }),
    { logger: false, abortOnError: false },
  );
  app.useGlobalPipes(
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      exceptionFactory: validationProblem,
    }),
  );
  app.useGlobalFilters(new ProblemFilter());
  await app.init();
  const close = async (): Promise<void> => {
    await app.close();
    await database.drop();
  };
  return { app, dataSource, close };
}
