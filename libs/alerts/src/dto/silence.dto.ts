import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { INSTANT_PATTERN, SILENCE_FIELDS, STORABLE_TEXT, WEEKDAYS } from '@app/contracts';
import type { SilenceField, SilenceInput, SilenceMatcher, Weekday } from '@app/contracts';
import type { WeeklyRecurrence } from '@app/contracts';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  IsTimeZone,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';

const INSTANT_MESSAGE = '$property must be an ISO 8601 instant with an offset';
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const TIME_MESSAGE = '$property must be a time of day like 22:30';
const TEXT_MESSAGE = '$property must not be blank or hold what no database can hold';

export class SilenceMatcherDto implements SilenceMatcher {
  @ApiProperty({ enum: SILENCE_FIELDS, example: 'agentId' })
  @IsIn(SILENCE_FIELDS)
  field!: SilenceField;

  @ApiProperty({
    enum: ['equals', 'glob'],
    description: '`glob`: `*` stands for any text, `?` for any one character',
  })
  @IsIn(['equals', 'glob'])
  operator!: 'equals' | 'glob';

  @ApiProperty({ maxLength: 200, example: 'planner-*' })
  @IsString()
  @MaxLength(200)
  @Matches(STORABLE_TEXT, { message: TEXT_MESSAGE })
  value!: string;
}

export class WeeklyRecurrenceDto implements WeeklyRecurrence {
  @ApiProperty({ enum: WEEKDAYS, isArray: true, example: ['sat', 'sun'] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(WEEKDAYS, { each: true })
  days!: Weekday[];

  @ApiProperty({ description: 'Local time of day, included', example: '22:00' })
  @IsString()
  @Matches(TIME, { message: TIME_MESSAGE })
  from!: string;

  @ApiProperty({
    description: 'Local time of day, not included; not after `from`: of the next day',
    example: '04:00',
  })
  @IsString()
  @Matches(TIME, { message: TIME_MESSAGE })
  to!: string;

  @ApiProperty({ description: 'IANA name', example: 'Europe/Berlin' })
  @IsTimeZone()
  @MaxLength(64)
  timeZone!: string;
}

export class SilenceDto implements SilenceInput {
  @ApiProperty({ type: [SilenceMatcherDto], description: 'All of them must match' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => SilenceMatcherDto)
  matchers!: SilenceMatcherDto[];

  @ApiProperty({ example: '2026-11-22T00:00:00Z' })
  @IsISO8601({ strict: true, strictSeparator: true }, { message: INSTANT_MESSAGE })
  @Matches(INSTANT_PATTERN, { message: INSTANT_MESSAGE })
  startsAt!: string;

  @ApiProperty({ example: '2026-12-31T00:00:00Z' })
  @IsISO8601({ strict: true, strictSeparator: true }, { message: INSTANT_MESSAGE })
  @Matches(INSTANT_PATTERN, { message: INSTANT_MESSAGE })
  endsAt!: string;

  @ApiPropertyOptional({
    type: WeeklyRecurrenceDto,
    nullable: true,
    description: 'Only at these times of the week; null: all the time',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => WeeklyRecurrenceDto)
  recurrence?: WeeklyRecurrenceDto | null;

  @ApiPropertyOptional({ maxLength: 1000, example: 'Weekly reindexing' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  @Matches(/^[^\0]*$/, { message: TEXT_MESSAGE })
  comment?: string;

  @ApiPropertyOptional({ maxLength: 200, default: 'user', example: 'maria' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(STORABLE_TEXT, { message: TEXT_MESSAGE })
  author?: string;
}
