import { ApiPropertyOptional } from '@nestjs/swagger';
import { ProjectQuery } from '@app/access';
import { LIMITS } from '@app/contracts';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

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
