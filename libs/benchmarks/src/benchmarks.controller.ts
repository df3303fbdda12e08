import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { Caller, Project, RequiresScope, nameOf } from '@app/access';
import type { Principal, ProjectScope } from '@app/access';
import type { Answer, Benchmark, BenchmarkVersion } from '@app/contracts';
import { UuidPipe, parseIfMatch } from '@app/platform';
import type { FastifyReply } from 'fastify';

import { BenchmarksService } from './benchmarks.service.js';
import { BenchmarkInputDto } from './dto/benchmark-input.dto.js';
import {
  BenchmarkChangeQuery,
  BenchmarkVersionsQuery,
  BenchmarksQuery,
} from './dto/benchmarks.query.js';
import { benchmarkExample as example, versionExample } from './examples.js';

const ifMatch = {
  name: 'If-Match',
  required: false,
  description: 'The version last read, as `"3"`; another version in between is answered with 412',
};

@ApiTags('benchmarks')
@RequiresScope('read')
@Controller('benchmarks')
export class BenchmarksController {
  constructor(private readonly benchmarks: BenchmarksService) {}

  @Get()
  @ApiOperation({
    summary: 'List benchmarks',
    description:
      'Expected performance per agent type, task type and complexity, sorted by these three. ' +
      'Benchmarks hold for every project, but those that were learned: each project has its own, ' +
      'and sees no others. Durations are in milliseconds, CPU in percent of one ' +
      'core, memory in MiB, rates in percent.',
  })
  @ApiOkResponse({ schema: { example: { data: [example], page: { nextCursor: null } } } })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  async list(
    @Project() scope: ProjectScope,
    @Query() query: BenchmarksQuery,
  ): Promise<Answer<Benchmark[]>> {
    const { agentType, taskType, complexity } = query;
    const data = await this.benchmarks.list(scope, { agentType, taskType, complexity });
    return { data, page: { nextCursor: null } };
  }

  @RequiresScope('operate', { everywhere: true })
  @Put()
  @ApiOperation({
    summary: 'Create or change a benchmark',
    description:
      'Found by agent type, task type and complexity. What is left out keeps its value. A new ' +
      'benchmark needs `expectedMs`; its other limits default to those of the same agent type ' +
      'and complexity at task type `default`, else to 80 %, 1024 MiB and 90 %. Each change ' +
      'raises `version` by one and makes `source` `custom`: one that the project has learned holds ' +
      'for every project then, in place of what others have learned.',
  })
  @ApiHeader(ifMatch)
  @ApiOkResponse({
    description: 'The benchmark as it is now; header `ETag` holds its version',
    schema: { example: { data: { ...example, source: 'custom', version: 2 } } },
  })
  @ApiResponse({ status: 400, description: '`invalid-request`, `incomplete-benchmark`' })
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  @ApiResponse({ status: 412, description: '`precondition-failed`: changed by someone else' })
  async put(
    @Caller() caller: Principal,
    @Project() scope: ProjectScope,
    @Query() { changedBy }: BenchmarkChangeQuery,
    @Body() input: BenchmarkInputDto,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Benchmark>> {
    const data = await this.benchmarks.put(
      scope,
      input,
      parseIfMatch(condition),
      nameOf(caller, changedBy),
    );
    void reply.header('etag', `"${data.version}"`);
    return { data };
  }

  @RequiresScope('operate', { everywhere: true })
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a benchmark',
    description:
      'Executions of its stratum are then measured by the task type `default`, or not at all. ' +
      'Where an agent type has none left for a complexity, one may be learned from its successes.',
  })
  @ApiParam({ name: 'id', format: 'uuid', example: example.id })
  @ApiHeader(ifMatch)
  @ApiNoContentResponse({ description: 'It is gone' })
  @ApiResponse({ status: 400, description: '`invalid-request`: not a UUID' })
  @ApiResponse({ status: 404, description: '`unknown-benchmark`' })
  @ApiResponse({ status: 412, description: '`precondition-failed`' })
  async remove(
    @Caller() caller: Principal,
    @Query() { changedBy }: BenchmarkChangeQuery,
    @Param('id', UuidPipe) id: string,
    @Headers('if-match') condition: string | undefined,
  ): Promise<void> {
    await this.benchmarks.remove(id, parseIfMatch(condition), nameOf(caller, changedBy));
  }

  @Get(':id/versions')
  @ApiOperation({
    summary: 'History of a benchmark',
    description:
      'Who changed what, and when, newest first; also of a benchmark that was deleted. Shipped ' +
      'benchmarks that nobody changed have none.',
  })
  @ApiParam({ name: 'id', format: 'uuid', example: example.id })
  @ApiOkResponse({ schema: { example: { data: [versionExample], page: { nextCursor: null } } } })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 404, description: '`unknown-benchmark`, `unknown-project`' })
  versions(
    @Project() scope: ProjectScope,
    @Query() { limit, cursor }: BenchmarkVersionsQuery,
    @Param('id', UuidPipe) id: string,
  ): Promise<Answer<BenchmarkVersion[]>> {
    const before = cursor === undefined ? null : Number(cursor);
    return this.benchmarks.versions(scope, id, before, limit);
  }
}
