import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { LIMITS } from '@app/contracts';
import type { BenchmarkInput } from '@app/contracts';
import {
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

import { STORABLE_TEXT, STORABLE_TEXT_MESSAGE } from './text-rule.js';

/** A limit must be above zero; smaller ones than this measure nothing. */
export const LEAST_FIGURE = 0.001;
const finite = { allowNaN: false, allowInfinity: false };

export class BenchmarkInputDto implements BenchmarkInput {
  @ApiProperty({ example: 'cognitive', maxLength: LIMITS.idLength })
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(STORABLE_TEXT, { message: STORABLE_TEXT_MESSAGE })
  agentType!: string;

  @ApiPropertyOptional({
    description: '`default` holds for every task type without a benchmark of its own',
    default: 'default',
    maxLength: LIMITS.idLength,
  })
  @IsOptional()
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(STORABLE_TEXT, { message: STORABLE_TEXT_MESSAGE })
  taskType?: string;

  @ApiProperty({ minimum: 1, maximum: 5, example: 3 })
  @IsInt()
  @Min(1)
  @Max(5)
  complexity!: number;

  @ApiPropertyOptional({
    description: 'Milliseconds; required for a new benchmark',
    minimum: LEAST_FIGURE,
    maximum: LIMITS.durationMs,
    example: 3000,
  })
  @IsOptional()
  @IsNumber(finite)
  @Min(LEAST_FIGURE)
  @Max(LIMITS.durationMs)
  expectedMs?: number;

  @ApiPropertyOptional({
    description: 'Percent of one core',
    minimum: LEAST_FIGURE,
    maximum: 100_000,
    example: 60,
  })
  @IsOptional()
  @IsNumber(finite)
  @Min(LEAST_FIGURE)
  @Max(100_000)
  maxCpuPercent?: number;

  @ApiPropertyOptional({ description: 'MiB', minimum: LEAST_FIGURE, maximum: 1e9, example: 768 })
  @IsOptional()
  @IsNumber(finite)
  @Min(LEAST_FIGURE)
  @Max(1e9)
  maxMemoryMb?: number;

  @ApiPropertyOptional({ description: 'Percent', minimum: 0, maximum: 100, example: 90 })
  @IsOptional()
  @IsNumber(finite)
  @Min(0)
  @Max(100)
  minSuccessRate?: number;
}
