import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  CHANNEL_GROUPINGS,
  CHANNEL_KINDS,
  LIMITS,
  NOTICE_TYPES,
  SEVERITIES,
  STORABLE_TEXT,
} from '@app/contracts';
import type {
  ChannelChange,
  ChannelFilter,
  ChannelGrouping,
  ChannelKind,
  NewChannel,
  NoticeType,
  Severity,
} from '@app/contracts';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

const NAME_LENGTH = 100;
const PATTERNS = 100;
const STORABLE_MESSAGE = '$property must not be blank or hold a character that cannot be stored';

/** Left out it keeps its value or takes its default; null is no value. */
const Optional = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

function Patterns(description: string, example: string[]): PropertyDecorator {
  const rules = [
    ApiPropertyOptional({ description, type: [String], example }),
    Optional(),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(PATTERNS),
    IsString({ each: true }),
    MaxLength(LIMITS.idLength, { each: true }),
    Matches(STORABLE_TEXT, { each: true, message: STORABLE_MESSAGE }),
  ];
  return (target, property) => rules.forEach((rule) => rule(target, property));
}

export class ChannelFilterDto implements ChannelFilter {
  @ApiPropertyOptional({ enum: SEVERITIES, description: 'Only alerts at least so grave' })
  @Optional()
  @IsIn(SEVERITIES)
  minSeverity?: Severity;

  @ApiPropertyOptional({
    enum: NOTICE_TYPES,
    isArray: true,
    description:
      'Only alerts of these types. `system_condition`: what is wrong with the tracker itself, of ' +
      'which channels of the project `default` are told',
  })
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(NOTICE_TYPES, { each: true })
  alertTypes?: NoticeType[];

  @Patterns('Only agents whose id is one of these; `*` is any run of characters', ['planner-*'])
  agents?: string[];

  @Patterns('Only agents whose type is one of these; `*` as above', ['cognitive'])
  agentTypes?: string[];
}

/** What is the same for new channels and for changes. */
class ChannelTuningDto {
  @ApiPropertyOptional({
    default: true,
    description: 'A channel that is switched off is told nothing, also not later what it missed',
  })
  @Optional()
  @IsBoolean()
  enabled?: boolean;

  @ApiPropertyOptional({ default: true, description: 'Whether to tell when alerts are resolved' })
  @Optional()
  @IsBoolean()
  sendResolved?: boolean;

  @ApiPropertyOptional({ type: ChannelFilterDto, description: 'Replaces the whole filter' })
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => ChannelFilterDto)
  filter?: ChannelFilterDto;

  @ApiPropertyOptional({
    enum: CHANNEL_GROUPINGS,
    default: 'rule',
    description: 'Which alerts share a message: those of a rule, of a rule and agent, or none',
  })
  @Optional()
  @IsIn(CHANNEL_GROUPINGS)
  groupBy?: ChannelGrouping;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: 600,
    default: 10,
    description: 'Seconds that a first alert waits for others of its group',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(600)
  groupWaitSeconds?: number;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: 86_400,
    default: 60,
    description: 'Least seconds between two messages about one group',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(86_400)
  groupIntervalSeconds?: number;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: 600,
    default: 20,
    description: 'Most messages a minute; what is beyond waits and is told together',
  })
  @Optional()
  @IsInt()
  @Min(1)
  @Max(600)
  maxPerMinute?: number;
}

/** What can be changed of a channel. */
export class ChannelChangeDto extends ChannelTuningDto implements ChannelChange {
  @ApiPropertyOptional({
    maxLength: NAME_LENGTH,
    description: 'Once per project',
    example: 'On call',
  })
  @Optional()
  @IsString()
  @MaxLength(NAME_LENGTH)
  @Matches(STORABLE_TEXT, { message: STORABLE_MESSAGE })
  name?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description:
      'What is left out keeps its value; null takes an optional one away. Secrets can be written, ' +
      'never read. Where the destination changes, they must be given again.',
    example: { url: 'https://hooks.example.org/alerts' },
  })
  @Optional()
  @IsObject()
  settings?: Record<string, unknown>;
}

export class NewChannelDto extends ChannelTuningDto implements NewChannel {
  @ApiProperty({ maxLength: NAME_LENGTH, description: 'Once per project', example: 'On call' })
  @IsString()
  @MaxLength(NAME_LENGTH)
  @Matches(STORABLE_TEXT, { message: STORABLE_MESSAGE })
  name!: string;

  @ApiProperty({ enum: CHANNEL_KINDS, example: 'webhook' })
  @IsIn(CHANNEL_KINDS)
  kind!: ChannelKind;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      '`webhook`: `url`, `secret` (whsec_ and 24–64 bytes in base64). `slack`: `url`. `email`: ' +
      '`host`, `port` (587), `security` (`starttls`, `tls` or `none`), `user` and `password` ' +
      '(together), `from`, `to` (list). `pagerduty`: `routingKey`, `url` (of another region). ' +
      '`alertmanager`: `url`, `bearerToken`. Secrets are `secret`, `password`, `routingKey`, ' +
      '`bearerToken` and Slack’s `url`: they are kept encrypted and never shown again.',
    example: {
      url: 'https://hooks.example.org/alerts',
      secret: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
    },
  })
  @IsObject()
  settings!: Record<string, unknown>;
}
