import { ApiPropertyOptional } from '@nestjs/swagger';
import { ProjectQuery } from '@app/access';
import { ALERT_STATES, ALERT_TYPES, INSTANT_PATTERN, LIMITS, SEVERITIES } from '@app/contracts';
import type { AlertState, AlertType, Severity } from '@app/contracts';
import { Transform, Type } from 'class-transformer';
import type { TransformFnParams } from 'class-transformer';
import {
  IsISO8601,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

const INSTANT_MESSAGE = '$property must be an ISO 8601 instant with an offset';

/** An unescaped `+` of an offset arrives as a space. */
function restoreOffset({ value }: TransformFnParams): unknown {
  return typeof value === 'string' ? value.replace(/ (?=\d\d:\d\d$)/, '+') : value;
}

export class AlertsQuery extends ProjectQuery {
  @ApiPropertyOptional({ description: 'Only alerts of this agent', example: 'planner-1' })
  @IsOptional()
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(/^[^\0]+$/, { message: '$property must not be empty or hold a NUL character' })
  agentId?: string;

  @ApiPropertyOptional({ description: 'Only alerts of this agent type', example: 'cognitive' })
  @IsOptional()
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(/^[^\0]+$/, { message: '$property must not be empty or hold a NUL character' })
  agentType?: string;

  @ApiPropertyOptional({ description: 'Only alerts of this rule', example: 'slow_execution' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  @Matches(/^[^\0]+$/, { message: '$property must not be empty or hold a NUL character' })
  ruleId?: string;

  @ApiPropertyOptional({ enum: ALERT_TYPES })
  @IsOptional()
  @IsIn(ALERT_TYPES)
  type?: AlertType;

  @ApiPropertyOptional({ enum: SEVERITIES })
  @IsOptional()
  @IsIn(SEVERITIES)
  severity?: Severity;

  @ApiPropertyOptional({
    enum: [...ALERT_STATES, 'open', 'all'],
    default: 'all',
    description: '`open` is firing or acknowledged',
  })
  @IsOptional()
  @IsIn([...ALERT_STATES, 'open', 'all'])
  state?: AlertState | 'open' | 'all';

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Another way to say `state=resolved` or `state=open`',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  resolved?: 'true' | 'false';

  @ApiPropertyOptional({
    description: 'Fired at or after this instant (ISO 8601 with offset)',
    example: '2026-01-01T00:00:00Z',
  })
  @IsOptional()
  @Transform(restoreOffset)
  @IsISO8601({ strict: true, strictSeparator: true }, { message: INSTANT_MESSAGE })
  @Matches(INSTANT_PATTERN, { message: INSTANT_MESSAGE })
  from?: string;

  @ApiPropertyOptional({
    description: 'Fired before this instant (ISO 8601 with offset)',
    example: '2026-01-02T00:00:00Z',
  })
  @IsOptional()
  @Transform(restoreOffset)
  @IsISO8601({ strict: true, strictSeparator: true }, { message: INSTANT_MESSAGE })
  @Matches(INSTANT_PATTERN, { message: INSTANT_MESSAGE })
  to?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: LIMITS.pageSize, default: 50 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LIMITS.pageSize)
  limit: number = 50;

  @ApiPropertyOptional({ description: '`page.nextCursor` of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}
