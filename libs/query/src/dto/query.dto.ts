import { ApiPropertyOptional } from '@nestjs/swagger';
import { ProjectQuery } from '@app/access';
import { LIMITS, OUTCOMES, PERIODS, WINDOWS } from '@app/contracts';
import type { Outcome, Period, WindowName } from '@app/contracts';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';

import { SUMMARY_SORTS } from '../summary.order.js';
import type { SummarySort } from '../summary.order.js';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const message = '$property must be an ISO 8601 instant with an offset';

/** `a,b` → `['a', 'b']`; a parameter given twice is no list and fails the check. */
const splitList = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? [...new Set(value.split(',').filter((id) => id !== ''))] : null;

/** Window or from/to. Executions belong to the instant at which they started. */
export class RangeQuery extends ProjectQuery {
  @ApiPropertyOptional({ enum: WINDOWS, default: '24h', description: 'Trailing window' })
  @IsOptional()
  @IsIn(WINDOWS)
  window?: WindowName;

  @ApiPropertyOptional({ format: 'date-time', description: 'Start, instead of a window' })
  @IsOptional()
  @Matches(INSTANT, { message })
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'End, exclusive; default now' })
  @IsOptional()
  @Matches(INSTANT, { message })
  to?: string;
}

export class TotalQuery extends RangeQuery {
  @ApiPropertyOptional({ description: 'Only agents of this type', example: 'cognitive' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LIMITS.idLength)
  agentType?: string;
}

export class SummaryQuery extends TotalQuery {
  @ApiPropertyOptional({ description: 'Only this agent' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LIMITS.idLength)
  agentId?: string;

  @ApiPropertyOptional({ enum: SUMMARY_SORTS, default: 'rank' })
  @IsOptional()
  @IsIn(SUMMARY_SORTS)
  sort: SummarySort = 'rank';

  @ApiPropertyOptional({ enum: ['asc', 'desc'], default: 'desc' })
  @IsOptional()
  @IsIn(['asc', 'desc'])
  order: 'asc' | 'desc' = 'desc';

  @ApiPropertyOptional({ minimum: 1, maximum: LIMITS.pageSize, default: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LIMITS.pageSize)
  limit = 100;

  @ApiPropertyOptional({ description: '`page.nextCursor` of the page before' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{1,300}$/)
  cursor?: string;
}

export class TrendsQuery extends TotalQuery {
  @ApiPropertyOptional({ description: 'Only this agent; the answer is one series of points' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LIMITS.idLength)
  agentId?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Comma list of agents; the answer is one series per agent',
  })
  @IsOptional()
  @Transform(splitList)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(LIMITS.compareAgents)
  @IsString({ each: true })
  @MaxLength(LIMITS.idLength, { each: true })
  agentIds?: string[];

  @ApiPropertyOptional({
    enum: PERIODS,
    description: 'Width of a bucket; default the finest that keeps a chart readable',
  })
  @IsOptional()
  @IsIn(PERIODS)
  period?: Period;

  @ApiPropertyOptional({
    description: 'Buckets up to and including the current one, instead of a window',
    minimum: 1,
    maximum: LIMITS.trendPoints,
    example: 7,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LIMITS.trendPoints)
  lookback?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: 5 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5)
  complexity?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LIMITS.idLength)
  taskType?: string;
}

export class CompareQuery extends RangeQuery {
  @ApiPropertyOptional({
    type: String,
    required: true,
    description: `Comma list of 1 to ${LIMITS.compareAgents} agents`,
    example: 'reader-1,reader-2',
  })
  @Transform(splitList)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(LIMITS.compareAgents)
  @IsString({ each: true })
  @MaxLength(LIMITS.idLength, { each: true })
  agentIds!: string[];

  @ApiPropertyOptional({ minimum: 1, maximum: 5 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5)
  complexity?: number;
}

export class ExecutionsQuery extends TotalQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LIMITS.idLength)
  agentId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LIMITS.idLength)
  taskId?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LIMITS.idLength)
  taskType?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 5 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5)
  complexity?: number;

  @ApiPropertyOptional({ enum: OUTCOMES })
  @IsOptional()
  @IsIn(OUTCOMES)
  status?: Outcome;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: LIMITS.pageSize,
    default: 100,
    description: 'Rows of a page; CSV and NDJSON always give everything',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LIMITS.pageSize)
  limit = 100;

  @ApiPropertyOptional({ description: '`page.nextCursor` of the page before' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{1,300}$/)
  cursor?: string;
}

export class RunningQuery extends ProjectQuery {
  @ApiPropertyOptional({ description: 'Only agents of this type' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(LIMITS.idLength)
  agentType?: string;
}
