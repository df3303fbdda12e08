import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Caller, Project, RequiresScope, nameOf } from '@app/access';
import type { Principal, ProjectScope } from '@app/access';
import type { Answer, BenchmarkImport } from '@app/contracts';
import type { FastifyReply } from 'fastify';

import { readImport, toCsv } from './benchmark-file.js';
import { BenchmarksService } from './benchmarks.service.js';
import { BenchmarkExportQuery, BenchmarkImportQuery } from './dto/benchmarks.query.js';
import { benchmarkExample as example, importExample } from './examples.js';

const csvExample = toCsv([example]);

@ApiTags('benchmarks')
@RequiresScope('read')
@Controller('benchmarks')
export class BenchmarkFilesController {
  constructor(private readonly benchmarks: BenchmarksService) {}

  @Get('export')
  @ApiOperation({
    summary: 'Export benchmarks',
    description:
      'As a file, `{ data: […] }` or CSV (RFC 4180), which an import takes back as it is. Texts ' +
      'that a spreadsheet would calculate begin with an apostrophe in CSV; an import takes it away.',
  })
  @ApiOkResponse({
    content: {
      'application/json': { schema: { type: 'object', example: { data: [example] } } },
      'text/csv': { schema: { type: 'string', example: csvExample } },
    },
  })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  async export(
    @Project() scope: ProjectScope,
    @Query() query: BenchmarkExportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { agentType, taskType, complexity, format } = query;
    const data = await this.benchmarks.list(scope, { agentType, taskType, complexity });
    const csv = format === 'csv';
    await reply
      .header('content-type', csv ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="benchmarks.${format}"`)
      .send(csv ? toCsv(data) : JSON.stringify({ data }));
  }

  @RequiresScope('operate', { everywhere: true })
  @Post('import')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Import benchmarks',
    description:
      'Creates and changes up to 2,000, found by agent type, task type and complexity; others ' +
      'stay; they hold for every project. All of them or none: a row that cannot be taken is named by its place, from 0, and ' +
      'nothing is imported. `dryRun=true` only tells what would happen. `id`, `source`, ' +
      '`version` and `updatedAt` are passed over.',
  })
  @ApiBody({
    schema: { type: 'object', example: { data: [example] } },
    description: '`{ data: […] }` as `application/json`, or CSV as `text/csv`, at most 2 MiB',
  })
  @ApiOkResponse({ schema: { example: { data: importExample } } })
  @ApiResponse({ status: 400, description: '`invalid-request`: neither form, or too many rows' })
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  @ApiResponse({ status: 413, description: '`body-too-large`' })
  @ApiResponse({ status: 415, description: '`unsupported-media-type`' })
  @ApiResponse({ status: 422, description: '`refused-import`: `errors` names the rows' })
  async import(
    @Caller() caller: Principal,
    @Project() scope: ProjectScope,
    @Query() { dryRun, changedBy }: BenchmarkImportQuery,
    @Body() body: unknown,
  ): Promise<Answer<BenchmarkImport>> {
    const options = { dryRun: dryRun === 'true', by: nameOf(caller, changedBy) };
    return { data: await this.benchmarks.import(scope, readImport(body), options) };
  }
}
