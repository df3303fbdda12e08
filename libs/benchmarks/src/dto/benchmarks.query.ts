import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ProjectQuery } from '@app/access';
import { LIMITS } from '@app/contracts';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

import { LEAST_FIGURE } from './benchmark-input.dto.js';
import { STORABLE_TEXT, STORABLE_TEXT_MESSAGE } from './text-rule.js';

export class BenchmarksQuery extends ProjectQuery {
  @ApiPropertyOptional({ description: 'Only this agent type', example: 'cognitive' })
  @IsOptional()
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(STORABLE_TEXT, { message: STORABLE_TEXT_MESSAGE })
  agentType?: string;

  @ApiPropertyOptional({ description: 'Only this task type', example: 'default' })
  @IsOptional()
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(STORABLE_TEXT, { message: STORABLE_TEXT_MESSAGE })
  taskType?: string;

  @ApiPropertyOptional({ description: 'Only this complexity', minimum: 1, maximum: 5, example: 3 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5)
  complexity?: number;
}

/** Who changes something, for the history. */
export class BenchmarkChangeQuery extends ProjectQuery {
  @ApiPropertyOptional({ description: 'Who does it, for the history', default: 'user' })
  @IsOptional()
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(STORABLE_TEXT, { message: STORABLE_TEXT_MESSAGE })
  changedBy: string = 'user';
}

export class BenchmarkImportQuery extends BenchmarkChangeQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: 'Only tell what would happen',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun: 'true' | 'false' = 'false';
}

export class BenchmarkExportQuery extends BenchmarksQuery {
  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsOptional()
  @IsIn(['json', 'csv'])
  format: 'json' | 'csv' = 'json';
}

export class BenchmarkVersionsQuery extends ProjectQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: LIMITS.pageSize, default: 100 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LIMITS.pageSize)
  limit: number = 100;

  @ApiPropertyOptional({ description: '`page.nextCursor` of the page before' })
  @IsOptional()
  @Matches(/^\d{1,9}$/, { message: '$property must be a nextCursor of this list' })
  cursor?: string;
}

export class BenchmarkSuggestionsQuery extends ProjectQuery {
  @ApiPropertyOptional({ description: 'Only this agent type', example: 'cognitive' })
  @IsOptional()
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(STORABLE_TEXT, { message: STORABLE_TEXT_MESSAGE })
  agentType?: string;
}

/** A figure to try; left out it is that of the benchmark that holds now. */
function Figure(description: string, minimum: number, maximum: number): PropertyDecorator {
  const rules = [
    ApiPropertyOptional({ type: 'number', description, minimum, maximum }),
    IsOptional(),
    Type(() => Number),
    IsNumber({ allowNaN: false, allowInfinity: false }),
    Min(minimum),
    Max(maximum),
  ];
  return (target, property) => rules.forEach((rule) => rule(target, property));
}

export class BenchmarkPreviewQuery extends ProjectQuery {
  @ApiProperty({ example: 'cognitive' })
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(STORABLE_TEXT, { message: STORABLE_TEXT_MESSAGE })
  agentType!: string;

  @ApiPropertyOptional({
    default: 'default',
    description: '`default` stands for all task types without a benchmark of their own',
  })
  @IsOptional()
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(STORABLE_TEXT, { message: STORABLE_TEXT_MESSAGE })
  taskType: string = 'default';

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 5, example: 3 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5)
  complexity!: number;

  @Figure('Milliseconds', LEAST_FIGURE, LIMITS.durationMs)
  expectedMs?: number;

  @Figure('Percent of one core', LEAST_FIGURE, 100_000)
  maxCpuPercent?: number;

  @Figure('MiB', LEAST_FIGURE, 1e9)
  maxMemoryMb?: number;

  @Figure('Percent', 0, 100)
  minSuccessRate?: number;
}
