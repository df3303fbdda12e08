import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Project } from '@app/access';
import type { ProjectScope } from '@app/access';
import type { Answer, CompareRow, SummaryRow, TrendPoint, TrendSeries } from '@app/contracts';
import { invalidRequest } from '@app/platform';

import { CompareService } from './compare.service.js';
import { CompareQuery, SummaryQuery, TotalQuery, TrendsQuery } from './dto/query.dto.js';
import { exampleCompareRow, examplePoint, exampleRow } from './examples.js';
import { sortSummary } from './summary.order.js';
import { SummaryService } from './summary.service.js';
import type { TotalRow } from './summary.service.js';
import { TrendsService } from './trends.service.js';

@ApiTags('analytics')
@ApiResponse({ status: 400, description: 'A parameter is unknown or not valid; `errors` names it' })
@ApiResponse({ status: 404, description: 'No such project or agent' })
@Controller()
export class QueryController {
  constructor(
    private readonly summaries: SummaryService,
    private readonly trendLines: TrendsService,
    private readonly comparisons: CompareService,
  ) {}

  @Get('summary')
  @ApiOperation({
    summary: 'What each agent did',
    description:
      'Counts, success rate, consistency and reliability (percent), durations (ms, of successes), ' +
      'resources, cost, and the change against the window before. Fresh to the last committed row. ' +
      'Sorted by rank: the lower end of the success rate’s 95 % interval.',
  })
  @ApiOkResponse({ example: { data: [exampleRow], page: { nextCursor: null } } })
  async summary(
    @Project() scope: ProjectScope,
    @Query() query: SummaryQuery,
  ): Promise<Answer<SummaryRow[]>> {
    const agentIds = query.agentId === undefined ? undefined : [query.agentId];
    const filter = { agentType: query.agentType, agentIds };
    const rows = sortSummary(
      await this.summaries.perAgent(scope, query, filter),
      query.sort,
      query.order,
    );
    const offset = offsetOf(query.cursor);
    const end = offset + query.limit;
    return {
      data: rows.slice(offset, end),
      page: { nextCursor: end < rows.length ? cursorOf(end) : null },
    };
  }

  @Get('summary/total')
  @ApiOperation({
    summary: 'All agents together',
    description: 'The same figures as the summary, over all agents of the project or of a type.',
  })
  @ApiOkResponse({ example: { data: { ...exampleRow, agentId: null, agentCount: 7 } } })
  async total(
    @Project() scope: ProjectScope,
    @Query() query: TotalQuery,
  ): Promise<Answer<TotalRow>> {
    const filter = { agentType: query.agentType };
    return { data: await this.summaries.total(scope, query, filter) };
  }

  @Get('trends')
  @ApiOperation({
    summary: 'Statistics bucket by bucket',
    description:
      'One point per bucket, the current one included; buckets without data have null figures. ' +
      'With `agentIds` one series per agent, otherwise one list of points.',
  })
  @ApiOkResponse({ example: { data: [examplePoint] } })
  async trends(
    @Project() scope: ProjectScope,
    @Query() query: TrendsQuery,
  ): Promise<Answer<TrendPoint[] | TrendSeries[]>> {
    const { agentId, agentIds, agentType } = query;
    if (agentId !== undefined && agentIds !== undefined) {
      const detail = 'goes without agentId';
      throw invalidRequest([{ path: 'agentIds', code: 'invalid-value', detail }]);
    }
    if (agentIds) {
      return { data: await this.trendLines.apart(scope, query, { agentIds, agentType }) };
    }
    const filter = { agentType, agentIds: agentId === undefined ? undefined : [agentId] };
    return { data: await this.trendLines.together(scope, query, filter) };
  }

  @Get('compare')
  @ApiOperation({
    summary: 'Which agent is best, and is the difference real',
    description:
      'Best first. Rates are compared by a two-proportion test, durations by the ratio of means at ' +
      'the same complexities; each with a 95 % interval and a verdict against the first in rank.',
  })
  @ApiOkResponse({ example: { data: [exampleCompareRow] } })
  async compare(
    @Project() scope: ProjectScope,
    @Query() query: CompareQuery,
  ): Promise<Answer<CompareRow[]>> {
    const { agentIds, complexity } = query;
    return { data: await this.comparisons.compare(scope, agentIds, query, complexity) };
  }
}

/** Summaries are computed whole, so a place in the list is enough. */
function cursorOf(offset: number): string {
  return Buffer.from(`o${offset}`).toString('base64url');
}

function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const match = /^o(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!match) {
    throw invalidRequest([{ path: 'cursor', code: 'invalid-value', detail: 'is not a cursor' }]);
  }
  return Number(match[1]);
}
