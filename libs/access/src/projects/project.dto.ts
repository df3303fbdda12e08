import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PROJECT_SLUG_PATTERN, STORABLE_TEXT } from '@app/contracts';
import { IsBoolean, IsString, Matches, MaxLength, ValidateIf } from 'class-validator';

const isGiven =
  (name: string) =>
  (body: object): boolean =>
    (body as Record<string, unknown>)[name] !== undefined;

export class NewProjectDto {
  @ApiProperty({
    description: 'Names it on the wire, for good: a–z, 0–9 and hyphens',
    maxLength: 63,
    example: 'checkout',
  })
  @IsString()
  @Matches(PROJECT_SLUG_PATTERN, {
    message: 'slug must be a slug: a–z, 0–9 and hyphens, at most 63',
  })
  slug!: string;

  @ApiProperty({ maxLength: 100, example: 'Checkout agents' })
  @IsString()
  @MaxLength(100)
  @Matches(STORABLE_TEXT, { message: 'name must not be blank' })
  name!: string;
}

export class ProjectChangeDto {
  @ApiPropertyOptional({ maxLength: 100, example: 'Checkout agents' })
  @ValidateIf(isGiven('name'))
  @IsString()
  @MaxLength(100)
  @Matches(STORABLE_TEXT, { message: 'name must not be blank' })
  name?: string;

  @ApiPropertyOptional({
    description: 'Archived, it takes nothing in and is not found; its data stays',
    example: true,
  })
  @ValidateIf(isGiven('archived'))
  @IsBoolean()
  archived?: boolean;
}
