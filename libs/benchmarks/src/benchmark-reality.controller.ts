import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Project, RequiresScope } from '@app/access';
import type { ProjectScope } from '@app/access';
import type { Answer, BenchmarkPreview, BenchmarkSuggestion } from '@app/contracts';

import { BenchmarkPreviewQuery, BenchmarkSuggestionsQuery } from './dto/benchmarks.query.js';
import { previewExample, suggestionExample } from './examples.js';
import { RealityService } from './reality.service.js';

@ApiTags('benchmarks')
@RequiresScope('read')
@Controller('benchmarks')
export class BenchmarkRealityController {
  constructor(private readonly reality: RealityService) {}

  @Get('preview')
  @ApiOperation({
    summary: 'Try figures on the past',
    description:
      'How many of the project’s executions of the last 30 days would have let an alert begin with ' +
      'the figures given, and with those that hold now. What is left out is as it holds now. Takes ' +
      'a few seconds at most: where that is too short for all days, `from` says how far it came.',
  })
  @ApiOkResponse({ schema: { example: { data: previewExample } } })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  @ApiResponse({ status: 503, description: '`query-timeout`' })
  async preview(
    @Project() scope: ProjectScope,
    @Query() query: BenchmarkPreviewQuery,
  ): Promise<Answer<BenchmarkPreview>> {
    return { data: await this.reality.preview(scope, query) };
  }

  @Get('suggestions')
  @ApiOperation({
    summary: 'Benchmarks that reality has left behind',
    description:
      'Where the 95 % interval of the p75 of the project’s last successes (7 days, at least 50) ' +
      'lies beyond 1.25 times the expected duration, or below it divided by 1.25. The farthest ' +
      'off first. Durations are in milliseconds.',
  })
  @ApiOkResponse({
    schema: { example: { data: [suggestionExample], page: { nextCursor: null } } },
  })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  @ApiResponse({ status: 503, description: '`query-timeout`' })
  async suggestions(
    @Project() scope: ProjectScope,
    @Query() { agentType }: BenchmarkSuggestionsQuery,
  ): Promise<Answer<BenchmarkSuggestion[]>> {
    return {
      data: await this.reality.suggestions(scope, agentType),
      page: { nextCursor: null },
    };
  }
}
