import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { INSTANT_PATTERN } from '@app/contracts';
import { Type } from 'class-transformer';
import {
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

import { AlertRuleDto } from './alert-rule.dto.js';

const INSTANT_MESSAGE = '$property must be an ISO 8601 instant with an offset';

export class BacktestDto {
  @ApiPropertyOptional({
    description: 'A rule to start from; what `rule` gives is changed for the back-test only',
    maxLength: 64,
    example: 'high_failure_rate',
  })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  ruleId?: string;

  @ApiPropertyOptional({
    type: AlertRuleDto,
    description: 'The rule, or what of `ruleId` is to be different',
    example: { minSample: 30 },
  })
  @ValidateIf(({ rule }: BacktestDto) => rule !== undefined)
  @IsObject()
  @ValidateNested()
  @Type(() => AlertRuleDto)
  rule?: AlertRuleDto;

  @ApiProperty({ example: '2026-11-21T00:00:00Z' })
  @IsISO8601({ strict: true, strictSeparator: true }, { message: INSTANT_MESSAGE })
  @Matches(INSTANT_PATTERN, { message: INSTANT_MESSAGE })
  from!: string;

  @ApiProperty({ description: 'At most 30 days after `from`', example: '2026-11-22T00:00:00Z' })
  @IsISO8601({ strict: true, strictSeparator: true }, { message: INSTANT_MESSAGE })
  @Matches(INSTANT_PATTERN, { message: INSTANT_MESSAGE })
  to!: string;
}
