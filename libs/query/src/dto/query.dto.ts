import { ApiPropertyOptional } from '@nestjs/swagger';
import { ProjectQuery } from '@app/access';
import { LIMITS, OUTCOMES, PERIODS, WINDOWS } from '@app/contracts';
import type { Outcome, Period, WindowName } from '@app/contracts';
import { IsIn, IsOptional } from 'class-validator';

import { SUMMARY_SORTS } from '../summary.order.js';
import type { SummarySort } from '../summary.order.js';
import {
  AgentListParameter,
  CursorParameter,
  IdParameter,
  InstantParameter,
  WholeParameter,
} from './parameters.js';

/** Window or from/to. Executions belong to the instant at which they started. */
export class RangeQuery extends ProjectQuery {
  @ApiPropertyOptional({ enum: WINDOWS, default: '24h', description: 'Trailing window' })
  @IsOptional()
  @IsIn(WINDOWS)
  window?: WindowName;

  @InstantParameter('Start, instead of a window')
  from?: string;

  @InstantParameter('End, exclusive; default now')
  to?: string;
}

export class TotalQuery extends RangeQuery {
  @IdParameter('Only agents of this type')
  agentType?: string;
}

export class SummaryQuery extends TotalQuery {
  @IdParameter('Only this agent')
  agentId?: string;

  @ApiPropertyOptional({ enum: SUMMARY_SORTS, default: 'rank' })
  @IsOptional()
  @IsIn(SUMMARY_SORTS)
  sort: SummarySort = 'rank';

  @ApiPropertyOptional({ enum: ['asc', 'desc'], default: 'desc' })
  @IsOptional()
  @IsIn(['asc', 'desc'])
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

  @ApiPropertyOptional({
    enum: PERIODS,
    description: 'Width of a bucket; default the finest that keeps a chart readable',
  })
  @IsOptional()
  @IsIn(PERIODS)
  period?: Period;

  @WholeParameter(
    1,
    LIMITS.trendPoints,
    'Buckets up to and including the current one, instead of a window',
  )
  lookback?: number;

  @WholeParameter(1, 5)
  complexity?: number;

  @IdParameter()
  taskType?: string;
}

export class CompareQuery extends RangeQuery {
  @AgentListParameter(`Comma list of 1 to ${LIMITS.compareAgents} agents`, { required: true })
  agentIds!: string[];

  @WholeParameter(1, 5)
  complexity?: number;
}

export class ExecutionsQuery extends TotalQuery {
  @IdParameter()
  agentId?: string;

  @IdParameter()
  taskId?: string;

  @IdParameter()
  taskType?: string;

  @WholeParameter(1, 5)
  complexity?: number;

  @ApiPropertyOptional({ enum: OUTCOMES })
  @IsOptional()
  @IsIn(OUTCOMES)
  status?: Outcome;

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
