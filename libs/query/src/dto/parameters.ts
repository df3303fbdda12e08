import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { INSTANT_PATTERN, LIMITS } from '@app/contracts';
import { isTimeZone } from '@app/stats';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
} from 'class-validator';

/** An optional instant, ISO 8601 with offset. */
export function InstantParameter(description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ format: 'date-time', description }),
    IsOptional(),
    Matches(INSTANT_PATTERN, { message: '$property must be an ISO 8601 instant with an offset' }),
  );
}

/** An optional id, name or type, not empty. */
export function IdParameter(
  description?: string,
  length: number = LIMITS.idLength,
): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional(description === undefined ? {} : { description }),
    IsOptional(),
    IsString(),
    MinLength(1),
    MaxLength(length),
    // PostgreSQL has no text with a zero character.
    Matches(/^[^\0]*$/, { message: '$property must not hold a zero character' }),
  );
}

/** An optional choice; the refusal names what is allowed. */
export function ChoiceParameter(
  values: readonly string[],
  options: { description?: string; default?: string } = {},
): PropertyDecorator {
  const message = `$property must be one of: ${values.join(', ')}`;
  return applyDecorators(
    ApiPropertyOptional({ enum: [...values], ...options }),
    IsOptional(),
    IsIn(values, { message }),
  );
}

/** An optional time zone that the platform knows. */
export function TimeZoneParameter(description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ description, default: 'UTC', example: 'Europe/Berlin' }),
    IsOptional(),
    ValidateBy({
      name: 'isTimeZone',
      validator: {
        validate: (value) => typeof value === 'string' && value.length < 100 && isTimeZone(value),
        defaultMessage: () =>
          '$property must be the IANA name of a time zone, such as Europe/Berlin, or UTC',
      },
    }),
  );
}

/** A comma list of agents: `a,b` → `['a', 'b']`. Given twice it is no list and fails the check. */
export function AgentListParameter(
  description: string,
  { required }: { required: boolean },
): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, required, description, example: 'reader-1,reader-2' }),
    Transform(({ value }: { value: unknown }) => {
      if (typeof value === 'string')
        return [...new Set(value.split(',').filter((id) => id !== ''))];
      // Null would pass for a list that was left out.
      return value === undefined ? undefined : [];
    }),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(LIMITS.compareAgents),
    IsString({ each: true }),
    MaxLength(LIMITS.idLength, { each: true }),
    Matches(/^[^\0]*$/, { each: true, message: '$property must not hold a zero character' }),
  );
}

/** An optional whole number within bounds, in plain digits. */
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
    Transform(({ value }: { value: unknown }) => numberOf(value, /^\d{1,15}$/)),
    IsInt(),
    Min(minimum),
    Max(maximum),
  );
}

/** An optional number from 0 on, in decimal digits. */
export function AmountParameter(maximum: number, description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: 'number', minimum: 0, maximum, description }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => numberOf(value, /^\d{1,15}(\.\d{1,9})?$/)),
    IsNumber(),
    Min(0),
    Max(maximum),
  );
}

/** An optional id of an execution. */
export function ExecutionIdParameter(): PropertyDecorator {
  return applyDecorators(ApiPropertyOptional({ format: 'uuid' }), IsOptional(), IsUUID());
}

/** Where the next page begins. */
export function CursorParameter(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      description: '`page.nextCursor` of the page before; all other parameters stay as they were',
    }),
    IsOptional(),
    Matches(/^[A-Za-z0-9_-]{1,2000}$/, { message: '$property is not a cursor' }),
  );
}

/** What defaults give stays; what is no such number becomes NaN and fails the check. */
function numberOf(value: unknown, pattern: RegExp): unknown {
  if (typeof value !== 'string') return value;
  return pattern.test(value) ? Number(value) : NaN;
}
