import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { BULK_ALERT_ACTIONS, INSTANT_PATTERN } from '@app/contracts';
import type { BulkAlertAction } from '@app/contracts';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsISO8601,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

const WITHOUT_NUL = /^[^\0]*$/;
const MESSAGE = '$property must not hold a NUL character';
const INSTANT_MESSAGE = '$property must be an ISO 8601 instant with an offset';
export const MAX_BULK = 500;
/** Longest snooze. */
export const MAX_SNOOZE_MS = 30 * 24 * 3_600_000;

export class ActionDto {
  @ApiPropertyOptional({ maxLength: 1000, example: 'Looking into it' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  @Matches(WITHOUT_NUL, { message: MESSAGE })
  note?: string;

  @ApiPropertyOptional({ description: 'Who does it', maxLength: 200, default: 'user' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(WITHOUT_NUL, { message: MESSAGE })
  by?: string;
}

export class AcknowledgeDto extends ActionDto {
  @ApiPropertyOptional({
    description: 'Who takes care of it; the same as `by`',
    maxLength: 200,
    example: 'maria',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(WITHOUT_NUL, { message: MESSAGE })
  owner?: string;
}

export class SnoozeDto extends ActionDto {
  @ApiPropertyOptional({
    description: 'Nobody is notified before this instant; or give `forMs`',
    example: '2026-11-22T14:00:00Z',
  })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true }, { message: INSTANT_MESSAGE })
  @Matches(INSTANT_PATTERN, { message: INSTANT_MESSAGE })
  until?: string;

  @ApiPropertyOptional({ description: 'Milliseconds from now', minimum: 1000, example: 3_600_000 })
  @IsOptional()
  @IsInt()
  @Min(1000)
  @Max(MAX_SNOOZE_MS)
  forMs?: number;
}

export class BulkActionDto extends SnoozeDto {
  @ApiProperty({ enum: BULK_ALERT_ACTIONS })
  @IsIn(BULK_ALERT_ACTIONS)
  action!: BulkAlertAction;

  @ApiProperty({
    type: [String],
    maxItems: MAX_BULK,
    example: ['17~0b1f6a52-7c1e-4b8e-9d60-2f4a3c5d7e91'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_BULK)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  ids!: string[];
}
