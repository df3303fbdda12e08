/**
 * What one gets by following the frameworks' guides, as a reference: Nest with a validated DTO for
 * each record and TypeORM's insert, on a table of the same fields.
 */
import 'reflect-metadata';

import { Body, Controller, HttpCode, Module, ParseArrayPipe, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';

const options = JSON.parse(process.argv[2] ?? '{}') as { databaseUrl: string; port: number };

class ExecutionDto {
  @IsUUID() executionId!: string;
  @IsString() @MaxLength(200) agentId!: string;
  @IsString() @MaxLength(500) agentName!: string;
  @IsString() @MaxLength(200) agentType!: string;
  @IsString() @MaxLength(200) taskId!: string;
  @IsString() @MaxLength(500) taskName!: string;
  @IsInt() @Min(1) @Max(5) complexity!: number;
  @IsIn(['success', 'failure', 'timeout', 'cancelled']) status!: string;
  @IsISO8601() startedAt!: string;
  @IsNumber() @Min(0) durationMs!: number;
  @IsOptional() @IsNumber() @Min(0) cpuPercent?: number;
  @IsOptional() @IsNumber() @Min(0) memoryMb?: number;
  @IsOptional() @IsInt() @Min(0) networkBytes?: number;
  @IsOptional() @IsInt() @Min(0) diskBytes?: number;
  @IsOptional() @IsInt() @Min(0) inputTokens?: number;
  @IsOptional() @IsInt() @Min(0) outputTokens?: number;
  @IsOptional() @IsNumber() @Min(0) costUsd?: number;
  @IsOptional() @IsObject() metadata?: object;
}

@Entity('usual_executions')
class ExecutionRow {
  @PrimaryColumn('uuid') executionId!: string;
  @Column('text') agentId!: string;
  @Column('text') agentName!: string;
  @Column('text') agentType!: string;
  @Column('text') taskId!: string;
  @Column('text') taskName!: string;
  @Column('smallint') complexity!: number;
  @Column('text') status!: string;
  @Column('timestamptz') startedAt!: string;
  @Column('double precision') durationMs!: number;
  @Column('double precision', { nullable: true }) cpuPercent?: number;
  @Column('double precision', { nullable: true }) memoryMb?: number;
  @Column('bigint', { nullable: true }) networkBytes?: number;
  @Column('bigint', { nullable: true }) diskBytes?: number;
  @Column('bigint', { nullable: true }) inputTokens?: number;
  @Column('bigint', { nullable: true }) outputTokens?: number;
  @Column('double precision', { nullable: true }) costUsd?: number;
  @Column('jsonb', { nullable: true }) metadata?: object;
}

const dataSource = new DataSource({
  type: 'postgres',
  url: options.databaseUrl,
  entities: [ExecutionRow],
  synchronize: true,
  poolSize: 10,
});

@Controller('api/v1/agent-performance/metrics')
class UsualController {
  @Post()
  @HttpCode(200)
  async record(
    @Body(new ParseArrayPipe({ items: ExecutionDto, whitelist: true, forbidNonWhitelisted: true }))
    records: ExecutionDto[],
  ): Promise<{ data: { accepted: number } }> {
    await dataSource.getRepository(ExecutionRow).insert(records);
    return { data: { accepted: records.length } };
  }
}

@Module({ controllers: [UsualController] })
class UsualModule {}

await dataSource.initialize();
const app = await NestFactory.create<NestFastifyApplication>(
  UsualModule,
  new FastifyAdapter({ bodyLimit: 64 * 1024 * 1024 }),
  { logger: false },
);
await app.listen({ port: options.port, host: '127.0.0.1' });
process.stdout.write('ready\n');
process.once('SIGTERM', () => process.exit(0));
