import { ApiPropertyOptional } from '@nestjs/swagger';
import { INSTANT_PATTERN } from '@app/contracts';
import { Type } from 'class-transformer';
import {
  IsISO8601,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

import { ProjectQuery } from '../projects/project.decorator.js';

const WITHOUT_NUL = /^[^\0]*$/;
const NUL = { message: '$property must not hold a NUL character' };
const INSTANT = { message: '$property must be an ISO 8601 instant with an offset' };

export class AuditQuery extends ProjectQuery {
  @ApiPropertyOptional({ description: 'Name of who did it', example: 'maria' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(WITHOUT_NUL, NUL)
  actor?: string;

  @ApiPropertyOptional({
    description: 'What was done, or how it begins: `key` finds `key.create` and `key.revoke`',
    example: 'key',
  })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Matches(/^[\w.-]+$/, { message: 'action must be letters, digits, dots and hyphens' })
  action?: string;

  @ApiPropertyOptional({ description: 'What it was done to, such as an id' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Matches(WITHOUT_NUL, NUL)
  subject?: string;

  @ApiPropertyOptional({ description: 'From then on', example: '2026-01-31T00:00:00Z' })
  @IsOptional()
  @Matches(INSTANT_PATTERN, INSTANT)
  @IsISO8601({ strict: true }, INSTANT)
  from?: string;

  @ApiPropertyOptional({ description: 'Before then', example: '2026-02-01T00:00:00Z' })
  @IsOptional()
  @Matches(INSTANT_PATTERN, INSTANT)
  @IsISO8601({ strict: true }, INSTANT)
  to?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 100 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 100;

  @ApiPropertyOptional({ description: '`page.nextCursor` of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;
}
