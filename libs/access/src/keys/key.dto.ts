import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { INSTANT_PATTERN, SCOPES, STORABLE_TEXT } from '@app/contracts';
import type { ApiKeyInput, Scope } from '@app/contracts';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';

export class ApiKeyDto implements ApiKeyInput {
  @ApiProperty({ description: 'What it is for', maxLength: 100, example: 'build agents' })
  @IsString()
  @MaxLength(100)
  @Matches(STORABLE_TEXT, { message: 'name must not be blank' })
  name!: string;

  @ApiProperty({
    description: '`admin` includes `operate`, which includes `read`; `ingest` stands apart',
    isArray: true,
    enum: SCOPES,
    example: ['ingest'],
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(SCOPES.length)
  @IsIn(SCOPES, { each: true, message: `scopes must be of ${SCOPES.join(', ')}` })
  scopes!: Scope[];

  @ApiPropertyOptional({
    description: 'When it ends; absent or null: not by itself',
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2027-01-31T00:00:00Z',
  })
  @IsOptional()
  @Matches(INSTANT_PATTERN, { message: 'expiresAt must be an ISO 8601 instant with offset' })
  @IsISO8601({ strict: true }, { message: 'expiresAt must be a date that exists' })
  expiresAt?: string | null;

  @ApiPropertyOptional({
    description: 'For every project, which only administrators of every project may ask for',
    default: false,
  })
  @IsOptional()
  @IsBoolean()
  allProjects?: boolean;
}
