import { ApiPropertyOptional } from '@nestjs/swagger';
import { ProjectQuery } from '@app/access';
import { LIMITS, OUTCOMES, PERIODS, WINDOWS } from '@app/contracts';
import type { Outcome, Period, WindowName } from '@app/contracts';
import { IsOptional, Matches } from 'class-validator';

import { EXPORT_FORMATS } from '../export.js';
import type { ExportFormat } from '../export.js';
import { EXECUTION_SORTS } from '../execution.order.js';
import type { ExecutionSort } from '../execution.order.js';
import { SUMMARY_SORTS } from '../summary.order.js';
import type { SummarySort } from '../summary.order.js';
import {
  AgentListParameter,
  AmountParameter,
  ChoiceParameter,
  CursorParameter,
  ExecutionIdParameter,
  IdParameter,
  InstantParameter,
  TimeZoneParameter,
  WholeParameter,
} from './parameters.js';

/** Window or from/to. Executions belong to the instant at which they started. */
export class RangeQuery extends ProjectQuery {
  @ChoiceParameter(WINDOWS, { default: '24h', description: 'Trailing window' })
  window?: WindowName;

  @InstantParameter('Start, instead of a window; at most 5 years before `to`')
  from?: string;

  @InstantParameter('End, exclusive; default now')
  to?: string;
}

export class TotalQuery extends RangeQuery {
  @IdParameter('Only agents of this type')
  agentType?: string;
}

/** Which agents, and which of their executions. */
export class FilteredQuery extends TotalQuery {
  @IdParameter('Only this agent')
  agentId?: string;

  @IdParameter('Only agents whose name or id contains this, whatever the case')
  q?: string;

  @IdParameter('Only executions of this version of the agent; ranges up to 7 days')
  agentVersion?: string;

  @ApiPropertyOptional({
    description:
      'Only executions whose metadata has this value at this key of its top level, as ' +
      '`key:value`; ranges up to 7 days',
    example: 'team:search',
  })
  @IsOptional()
  @Matches(/^[^:\0]{1,200}:[^\0]{0,200}$/, { message: '$property must be of the form key:value' })
  tag?: string;
}

export class SummaryQuery extends FilteredQuery {
  @ChoiceParameter(SUMMARY_SORTS, { default: 'rank' })
  sort: SummarySort = 'rank';

  @ChoiceParameter(['asc', 'desc'], { default: 'desc' })
  order: 'asc' | 'desc' = 'desc';

  @WholeParameter(1, LIMITS.pageSize, 'Rows of a page, default 100')
  limit = 100;

  @CursorParameter()
  cursor?: string;
}

export class TrendsQuery extends TotalQuery {
  @IdParameter('Only this agent; the answer is one series of points')
  agentId?: string;

  @IsOptional()
  @AgentListParameter('Comma list of agents; the answer is one series per agent', {
    required: false,
  })
  agentIds?: string[];

  @ChoiceParameter(PERIODS, {
    description: 'Width of a bucket; default the finest that keeps a chart readable',
  })
  period?: Period;

  @WholeParameter(
    1,
    LIMITS.trendPoints,
    'Buckets up to and including the current one, instead of a window',
  )
  lookback?: number;

  @TimeZoneParameter('Whose clock and calendar the buckets follow: a day may have 23 or 25 hours')
  tz?: string;

  @WholeParameter(1, 5, 'Only tasks of this level')
  complexity?: number;

  @IdParameter('Only tasks of this type')
  taskType?: string;
}

export class CompareQuery extends RangeQuery {
  @AgentListParameter(`Comma list of 1 to ${LIMITS.compareAgents} agents`, { required: true })
  agentIds!: string[];

  @WholeParameter(1, 5, 'Only tasks of this level')
  complexity?: number;
}

export class BreakdownQuery extends RangeQuery {
  @TimeZoneParameter('Whose clock and weekdays the heat map follows')
  tz?: string;
}

export class ExecutionsQuery extends TotalQuery {
  @IdParameter('Only this agent')
  agentId?: string;

  @IsOptional()
  @AgentListParameter('Comma list of agents', { required: false })
  agentIds?: string[];

  @ExecutionIdParameter()
  executionId?: string;

  @IdParameter()
  taskId?: string;

  @IdParameter('Exactly this name', LIMITS.nameLength)
  taskName?: string;

  @IdParameter()
  taskType?: string;

  @WholeParameter(1, 5)
  complexity?: number;

  @ChoiceParameter(OUTCOMES)
  status?: Outcome;

  @IdParameter('Such as the class of the error; exactly this')
  errorType?: string;

  @IdParameter()
  model?: string;

  @IdParameter()
  traceId?: string;

  @ExecutionIdParameter()
  parentExecutionId?: string;

  @IdParameter('Only where name or id of the task, type or text of the error contain this')
  q?: string;

  @AmountParameter(LIMITS.durationMs, 'Shortest duration, ms')
  minDurationMs?: number;

  @AmountParameter(LIMITS.durationMs, 'Longest duration, ms')
  maxDurationMs?: number;

  @ChoiceParameter(EXECUTION_SORTS, { default: 'startedAt' })
  sort: ExecutionSort = 'startedAt';

  @ChoiceParameter(['asc', 'desc'], { default: 'desc' })
  order: 'asc' | 'desc' = 'desc';

  @ChoiceParameter(EXPORT_FORMATS, { description: 'Instead of an `Accept` header' })
  format?: ExportFormat;

  @WholeParameter(
    1,
    LIMITS.pageSize,
    'Rows of a page, default 100; CSV and NDJSON always give everything',
  )
  limit = 100;

  @CursorParameter()
  cursor?: string;
}

export class RunningQuery extends ProjectQuery {
  @IdParameter('Only agents of this type')
  agentType?: string;
}

export class AgentsQuery extends RunningQuery {
  @WholeParameter(1, LIMITS.pageSize, 'Agents of a page; without it and without a cursor all')
  limit?: number;

  @CursorParameter()
  cursor?: string;
}
