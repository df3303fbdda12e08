import { ApiPropertyOptional } from '@nestjs/swagger';
import { ProjectQuery } from '@app/access';
import { INSTANT_PATTERN } from '@app/contracts';
import { Type } from 'class-transformer';
import { IsISO8601, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

const INSTANT_MESSAGE = '$property must be an ISO 8601 instant with an offset';

export class AlertStatsQuery extends ProjectQuery {
  @ApiPropertyOptional({
    description: 'Fired at or after this instant; default 30 days before `to`',
    example: '2026-01-01T00:00:00Z',
  })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true }, { message: INSTANT_MESSAGE })
  @Matches(INSTANT_PATTERN, { message: INSTANT_MESSAGE })
  from?: string;

  @ApiPropertyOptional({
    description: 'Fired before this instant; default now',
    example: '2026-01-02T00:00:00Z',
  })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true }, { message: INSTANT_MESSAGE })
  @Matches(INSTANT_PATTERN, { message: INSTANT_MESSAGE })
  to?: string;
}

export class CausesQuery extends ProjectQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;
}
