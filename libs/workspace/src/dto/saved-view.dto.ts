import { ProjectQuery } from '@app/access';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { STORABLE_TEXT, VIEW_PAGES, WORKSPACE_LIMITS as MOST } from '@app/contracts';
import type { SavedViewInput, ViewPage } from '@app/contracts';
import {
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateBy,
} from 'class-validator';

const pages = { message: `page must be one of: ${VIEW_PAGES.join(', ')}` };
const PARAMETER = /^[a-z][A-Za-z]{0,30}$/;

export class ViewsQuery extends ProjectQuery {
  @ApiPropertyOptional({ enum: VIEW_PAGES })
  @IsOptional()
  @IsIn(VIEW_PAGES, pages)
  page?: ViewPage;
}

function isParameters(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value as Record<string, unknown>);
  return (
    entries.length <= MOST.viewParameters &&
    entries.every(
      ([name, text]) =>
        PARAMETER.test(name) &&
        typeof text === 'string' &&
        text.length <= MOST.parameterLength &&
        (text === '' || STORABLE_TEXT.test(`x${text}`)),
    )
  );
}

export class SavedViewDto implements SavedViewInput {
  @ApiProperty({ enum: VIEW_PAGES })
  @IsIn(VIEW_PAGES, pages)
  page!: ViewPage;

  @ApiProperty({ maxLength: MOST.nameLength, example: 'Failures of planners' })
  @IsString()
  @Matches(STORABLE_TEXT, { message: 'name must not be blank' })
  @MaxLength(MOST.nameLength)
  name!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { status: 'failure', type: 'orchestrator' },
  })
  @ValidateBy({
    name: 'isParameters',
    validator: {
      validate: isParameters,
      defaultMessage: () =>
        `parameters must be an object of at most ${MOST.viewParameters} texts of up to ` +
        `${MOST.parameterLength} characters, named by letters`,
    },
  })
  parameters!: Record<string, string>;

  @ApiProperty()
  @IsBoolean()
  shared!: boolean;

  @ApiProperty()
  @IsBoolean()
  isDefault!: boolean;
}
