import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  ALERT_GROUPINGS,
  ALERT_OPERATORS,
  ALERT_STATISTICS,
  ALERT_TYPES,
  LIMITS,
  NO_DATA_POLICIES,
  STORABLE_TEXT,
} from '@app/contracts';
import type {
  AlertGrouping,
  AlertOperator,
  AlertRuleInput,
  AlertStatistic,
  AlertType,
  NoDataPolicy,
} from '@app/contracts';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

const DAY_MS = 24 * 3_600_000;
const LARGEST = 1e15;
const TEXT_MESSAGE = '$property must not be blank or hold what no database can hold';
const finite = { allowNaN: false, allowInfinity: false };
const STATISTICS = Object.keys(ALERT_STATISTICS);

/** Body of a new or changed rule; what belongs together is checked by the rule's type. */
export class AlertRuleDto implements AlertRuleInput {
  @ApiPropertyOptional({ enum: ALERT_TYPES, example: 'threshold' })
  @IsOptional()
  @IsIn(ALERT_TYPES)
  type?: AlertType;

  @ApiPropertyOptional({ maxLength: 200, example: 'p95 of planners' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(STORABLE_TEXT, { message: TEXT_MESSAGE })
  name?: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2000 })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  @Matches(STORABLE_TEXT, { message: TEXT_MESSAGE })
  description?: string | null;

  @ApiPropertyOptional({ description: 'False: not evaluated', default: true })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;

  @ApiPropertyOptional({ description: 'True: nobody is notified', default: false })
  @IsOptional()
  @IsBoolean()
  muted?: boolean;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Only this agent' })
  @IsOptional()
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(STORABLE_TEXT, { message: TEXT_MESSAGE })
  agentId?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Only this agent type',
    example: 'orchestrator',
  })
  @IsOptional()
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(STORABLE_TEXT, { message: TEXT_MESSAGE })
  agentType?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Only this task type' })
  @IsOptional()
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(STORABLE_TEXT, { message: TEXT_MESSAGE })
  taskType?: string | null;

  @ApiPropertyOptional({
    enum: ALERT_GROUPINGS,
    default: 'agent',
    description: '`threshold`: one alert per agent, agent type or task type, or one for all',
  })
  @IsOptional()
  @IsIn(ALERT_GROUPINGS)
  groupBy?: AlertGrouping;

  @ApiPropertyOptional({ enum: STATISTICS, nullable: true, example: 'p95Ms' })
  @IsOptional()
  @IsIn(STATISTICS)
  statistic?: AlertStatistic | null;

  @ApiPropertyOptional({ enum: ALERT_OPERATORS, nullable: true, example: 'gt' })
  @IsOptional()
  @IsIn(ALERT_OPERATORS)
  operator?: AlertOperator | null;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description:
      '`threshold`: the statistic in its unit; `slow_execution`, `degraded_performance`, ' +
      '`stuck_execution`: a factor of the expected duration; `resource_overuse`: a factor of ' +
      'what is allowed; `high_failure_rate`: points below the asked success rate',
    example: 3000,
  })
  @IsOptional()
  @IsNumber(finite)
  @Min(0)
  @Max(LARGEST)
  warning?: number | null;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description: 'As `warning`; `no_data`: milliseconds',
    example: 6000,
  })
  @IsOptional()
  @IsNumber(finite)
  @Min(0)
  @Max(LARGEST)
  critical?: number | null;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description: '`threshold`: the value at which it is over; null: the warning level',
    example: 2500,
  })
  @IsOptional()
  @IsNumber(finite)
  @Min(0)
  @Max(LARGEST)
  recovery?: number | null;

  @ApiPropertyOptional({
    description: 'Milliseconds that are looked back; `no_data`: that nothing may be heard',
    minimum: 60_000,
    maximum: 7 * DAY_MS,
    default: 3_600_000,
  })
  @IsOptional()
  @IsInt()
  @Min(60_000)
  @Max(7 * DAY_MS)
  windowMs?: number;

  @ApiPropertyOptional({
    description: 'Less executions in the window than this are no data',
    minimum: 1,
    maximum: 1_000_000,
    example: 20,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  minSample?: number;

  @ApiPropertyOptional({
    description: 'Milliseconds that a breach must last before it fires',
    minimum: 0,
    maximum: DAY_MS,
    example: 120_000,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(DAY_MS)
  holdMs?: number;

  @ApiPropertyOptional({
    description: 'Milliseconds that it must be over before it resolves',
    minimum: 0,
    maximum: DAY_MS,
    example: 300_000,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(DAY_MS)
  keepFiringMs?: number;

  @ApiPropertyOptional({
    enum: NO_DATA_POLICIES,
    default: 'keep',
    description: 'What too little data means: all is well, nothing changes, or an alert',
  })
  @IsOptional()
  @IsIn(NO_DATA_POLICIES)
  noData?: NoDataPolicy;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description: 'Milliseconds after which an unacknowledged alert is told again; null: never',
    minimum: 60_000,
    maximum: 7 * DAY_MS,
  })
  @IsOptional()
  @IsInt()
  @Min(60_000)
  @Max(7 * DAY_MS)
  renotifyMs?: number | null;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description: '`stuck_execution`: longest milliseconds between two signs of life',
    minimum: 1000,
    maximum: 7 * DAY_MS,
  })
  @IsOptional()
  @IsInt()
  @Min(1000)
  @Max(7 * DAY_MS)
  heartbeatMs?: number | null;

  @ApiPropertyOptional({ description: 'Who writes this', maxLength: 200, default: 'user' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(STORABLE_TEXT, { message: TEXT_MESSAGE })
  author?: string;
}
