import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiPropertyOptional,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { Project, ProjectQuery, RequiresScope } from '@app/access';
import type { ProjectScope } from '@app/access';
import { INSTANT_PATTERN } from '@app/contracts';
import type { AggregationJob, Answer } from '@app/contracts';
import { invalidRequest } from '@app/platform';
import { IsISO8601, IsOptional, Matches } from 'class-validator';

import { RollupService } from './rollup.service.js';

const INSTANT = { message: '$property must be an ISO 8601 instant with an offset' };

class AggregateBody {
  @ApiPropertyOptional({ description: 'Start of a range to rebuild from raw', format: 'date-time' })
  @IsOptional()
  @Matches(INSTANT_PATTERN, INSTANT)
  @IsISO8601({ strict: true }, INSTANT)
  from?: string;

  @ApiPropertyOptional({ description: 'End of the range, exclusive', format: 'date-time' })
  @IsOptional()
  @Matches(INSTANT_PATTERN, INSTANT)
  @IsISO8601({ strict: true }, INSTANT)
  to?: string;
}

const exampleJob: AggregationJob = {
  jobId: '0198c1a4-6f6e-4d0a-9a51-0b8f6a1c2d3e',
  state: 'running',
  startedAt: '2026-01-31T08:00:00.000Z',
  finishedAt: null,
  buckets: 0,
  error: null,
};

@ApiTags('aggregation')
@RequiresScope('read')
@Controller('aggregate')
export class AggregationController {
  constructor(private readonly rollups: RollupService) {}

  @RequiresScope('operate')
  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Roll up now',
    description:
      'Rolls up what has changed since the last run; with `from` and `to` everything of the project ' +
      'in that range is rebuilt from single executions, as far back as those are kept. Runs by itself every 5 minutes. Figures never wait for it: reads are always fresh.',
  })
  @ApiResponse({ status: 202, description: 'Started', example: { data: exampleJob } })
  @ApiResponse({ status: 400, description: '`invalid-request`: names the field and why' })
  @ApiResponse({ status: 409, description: '`aggregation-running`: one is already running' })
  @ApiResponse({
    status: 422,
    description: '`invalid-request`, `too-old`: of days in the range only rollups are kept',
  })
  @ApiResponse({ status: 503, description: '`storage-unavailable`' })
  async aggregate(
    @Project() { projectId }: ProjectScope,
    @Query() _query: ProjectQuery,
    @Body() body?: AggregateBody,
  ): Promise<Answer<AggregationJob>> {
    const range = rangeOf(body ?? {});
    return { data: await this.rollups.start(range && { ...range, projectId }) };
  }

  @Get(':jobId')
  @ApiOperation({ summary: 'How an aggregation job stands' })
  @ApiOkResponse({ example: { data: { ...exampleJob, state: 'succeeded', buckets: 12 } } })
  @ApiResponse({ status: 404, description: 'No such job' })
  async job(
    @Param('jobId', ParseUUIDPipe) jobId: string,
    @Query() _query: ProjectQuery,
  ): Promise<Answer<AggregationJob>> {
    return { data: await this.rollups.find(jobId) };
  }
}

function rangeOf({ from, to }: AggregateBody): { from: Date; to: Date } | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined) {
    const path = from === undefined ? 'from' : 'to';
    throw invalidRequest([{ path, code: 'missing-value', detail: 'from and to go together' }]);
  }
  const range = { from: new Date(from), to: new Date(to) };
  if (range.from >= range.to) {
    throw invalidRequest([{ path: 'to', code: 'invalid-value', detail: 'must be after from' }]);
  }
  return range;
}
