import { Controller, Get, Header, Query, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Project, RequiresScope } from '@app/access';
import type { ProjectScope } from '@app/access';
import type { Answer, CompareRow, TrendSeries } from '@app/contracts';
import { openCursor, sealCursor } from '@app/platform';

import { CompareService } from './compare.service.js';
import { CompareQuery, SummaryQuery, TotalQuery, TrendsQuery } from './dto/query.dto.js';
import { exampleCompareRow, examplePoint, exampleRow, exampleTotal } from './examples.js';
import { ClientSignalInterceptor } from './read/client-signal.js';
import { comparePlaces, isSummaryPlace, placeOf, sortSummary } from './summary.order.js';
import type { SummaryPlace } from './summary.order.js';
import { SummaryService } from './summary.service.js';
import type { TotalRow } from './summary.service.js';
import { bad, isSpan } from './time-range.js';
import { TrendsService } from './trends.service.js';

const JSON_TYPE = 'application/json; charset=utf-8';

const dataOf = (data: TrendSeries[]): string => JSON.stringify({ data });

/** Where a page ends, and of which span the list is: "now" has moved on by the next page. */
type PageEnd = [fromMs: number, toMs: number, place: SummaryPlace];

function isPageEnd(value: unknown): value is PageEnd {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [fromMs, toMs, place] = value as unknown[];
  return isSpan(fromMs, toMs) && isSummaryPlace(place);
}

@ApiTags('analytics')
@ApiResponse({ status: 400, description: 'A parameter is unknown or not valid; `errors` names it' })
@ApiResponse({ status: 404, description: 'No such project or agent' })
@ApiResponse({ status: 503, description: 'It took too long (`query-timeout`)' })
@UseInterceptors(ClientSignalInterceptor)
@RequiresScope('read')
@Controller()
export class QueryController {
  constructor(
    private readonly summaries: SummaryService,
    private readonly trendLines: TrendsService,
    private readonly comparisons: CompareService,
  ) {}

  @Get('summary')
  @Header('content-type', JSON_TYPE)
  @ApiOperation({
    summary: 'What each agent did',
    description:
      'Counts, success rate, consistency and reliability (percent), durations (ms, of successes), ' +
      'resources, cost, and the change against the window before. Fresh to the last committed row. ' +
      'Sorted by rank unless asked otherwise: the lower end of the success rate’s 95 % interval. ' +
      'Pages of one list share the window of the first. With `tag` or `agentVersion` the figures ' +
      'are those of such executions; `running` and `openAlerts` stay those of the agent.',
  })
  @ApiOkResponse({ example: { data: [exampleRow], page: { nextCursor: null } } })
  async summary(@Project() scope: ProjectScope, @Query() query: SummaryQuery): Promise<string> {
    const { sort, order, limit, cursor, project: _, agentId, ...rest } = query;
    const filter = { ...rest, agentIds: agentId === undefined ? undefined : [agentId] };
    const by = { sort, order };
    const list = ['summary', scope.projectId, by, filter];
    const end = cursor === undefined ? undefined : openCursor(list, cursor, isPageEnd);
    const span = end ? { fromMs: end[0], toMs: end[1] } : this.summaries.spanOf(query);
    const sorted = sortSummary(await this.summaries.inSpan(scope, span, filter), sort, order);
    const rows = end
      ? sorted.filter((row) => comparePlaces(placeOf(row, by), end[2], by) > 0)
      : sorted;
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const place: PageEnd | undefined = last && [span.fromMs, span.toMs, placeOf(last, by)];
    const data = rows.slice(0, limit).map((row) => row.toJson());
    const page = { nextCursor: place ? sealCursor(list, place) : null };
    return `{"data":[${data.join()}],"page":${JSON.stringify(page)}}`;
  }

  @Get('summary/total')
  @ApiOperation({
    summary: 'All agents together',
    description: 'The same figures as the summary, over all agents of the project or of a type.',
  })
  @ApiOkResponse({ example: { data: { ...exampleTotal, agentId: null, agentCount: 7 } } })
  async total(
    @Project() scope: ProjectScope,
    @Query() query: TotalQuery,
  ): Promise<Answer<TotalRow>> {
    const filter = { agentType: query.agentType };
    return { data: await this.summaries.total(scope, query, filter) };
  }

  @Get('trends')
  @Header('content-type', JSON_TYPE)
  @ApiOperation({
    summary: 'Statistics bucket by bucket',
    description:
      'One point per bucket, the current one included; buckets without data have null figures. ' +
      'With `agentIds` one series per agent, otherwise one list of points. At most 1,000 points. ' +
      'With `complexity` or `taskType` only such tasks count, as far back as single executions ' +
      'are kept.',
  })
  @ApiOkResponse({ example: { data: [examplePoint] } })
  async trends(@Project() scope: ProjectScope, @Query() query: TrendsQuery): Promise<string> {
    const { agentId, agentIds, agentType } = query;
    if (agentId !== undefined && agentIds !== undefined)
      throw bad('agentIds', 'goes without agentId');
    if (agentIds) {
      return dataOf(await this.trendLines.apart(scope, query, { agentIds, agentType }));
    }
    const filter = { agentType, agentIds: agentId === undefined ? undefined : [agentId] };
    return `{"data":${await this.trendLines.togetherJson(scope, query, filter)}}`;
  }

  @Get('compare')
  @ApiOperation({
    summary: 'Which agent is best, and is the difference real',
    description:
      'Best first, by the lower end of the success rate’s 95 % interval. Against the first in ' +
      'rank (the first: against the second), at the complexities that both have done and weighted ' +
      'to their common mix: rates by the Cochran–Mantel–Haenszel test with a stratified Newcombe ' +
      'interval, durations by the stratified Mann–Whitney test with a bootstrap interval of the ' +
      'ratio of medians. `better` and `worse` need p < 0.05 and an interval without "none"; below ' +
      '30 executions on a side the verdict is `not-enough-data`. The same data give the same answer.',
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
