import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { INSTANT_PATTERN, LIMITS } from '@app/contracts';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';

/** An optional instant, ISO 8601 with offset. */
export function InstantParameter(description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ format: 'date-time', description }),
    IsOptional(),
    Matches(INSTANT_PATTERN, { message: '$property must be an ISO 8601 instant with an offset' }),
  );
}

/** An optional id or type, not empty. */
export function IdParameter(description?: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional(description === undefined ? {} : { description }),
    IsOptional(),
    IsString(),
    MinLength(1),
    MaxLength(LIMITS.idLength),
  );
}

/** A comma list of agents: `a,b` → `['a', 'b']`. Given twice it is no list and fails the check. */
export function AgentListParameter(
  description: string,
  { required }: { required: boolean },
): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, required, description, example: 'reader-1,reader-2' }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? [...new Set(value.split(',').filter((id) => id !== ''))] : null,
    ),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(LIMITS.compareAgents),
    IsString({ each: true }),
    MaxLength(LIMITS.idLength, { each: true }),
  );
}

/** An optional whole number within bounds. */
export function WholeParameter(
  minimum: number,
  maximum: number,
  description?: string,
): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      type: 'integer',
      minimum,
      maximum,
      ...(description !== undefined && { description }),
    }),
    IsOptional(),
    Type(() => Number),
    IsInt(),
    Min(minimum),
    Max(maximum),
  );
}

/** Where the next page begins. */
export function CursorParameter(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ description: '`page.nextCursor` of the page before' }),
    IsOptional(),
    Matches(/^[A-Za-z0-9_-]{1,300}$/),
  );
}
