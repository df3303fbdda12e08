import { Readable } from 'node:stream';

import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Project } from '@app/access';
import type { ProjectScope } from '@app/access';
import type { Answer, Execution, RunningExecution } from '@app/contracts';
import type { FastifyReply } from 'fastify';

import { CSV_HEADER, csvLine } from './csv.js';
import { ExecutionsQuery, RunningQuery } from './dto/query.dto.js';
import { exampleExecution } from './examples.js';
import { ExecutionsService } from './executions.service.js';
import type { ExecutionRequest } from './executions.service.js';

@ApiTags('metrics')
@Controller()
export class ExecutionsController {
  constructor(private readonly executions: ExecutionsService) {}

  @Get('metrics')
  @ApiOperation({
    summary: 'Raw executions, newest first',
    description:
      'By `Accept`: a page of JSON, or everything that fits as streamed `text/csv` or ' +
      '`application/x-ndjson`.',
  })
  @ApiProduces('application/json', 'text/csv', 'application/x-ndjson')
  @ApiOkResponse({ example: { data: [exampleExecution], page: { nextCursor: null } } })
  @ApiResponse({ status: 400, description: 'A parameter is unknown or not valid' })
  async list(
    @Project() scope: ProjectScope,
    @Query() query: ExecutionsQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Execution[]> | undefined> {
    const { agentId, agentType, taskId, taskType, complexity, status, window, from, to } = query;
    const agentIds = agentId === undefined ? undefined : [agentId];
    const filter = { agentType, taskId, taskType, complexity, status, window, from, to };
    const request = { ...filter, agentIds };
    if (accept?.includes('text/csv')) return this.send(reply, 'text/csv', scope, request);
    if (accept?.includes('application/x-ndjson')) {
      return this.send(reply, 'application/x-ndjson', scope, request);
    }
    const page = await this.executions.page(scope, request, query.limit, query.cursor);
    return { data: page.executions, page: { nextCursor: page.nextCursor } };
  }

  @Get('executions/running')
  @ApiTags('metrics')
  @ApiOperation({ summary: 'Executions that have begun and not ended, oldest first' })
  @ApiOkResponse({ example: { data: [] } })
  async running(
    @Project() scope: ProjectScope,
    @Query() query: RunningQuery,
  ): Promise<Answer<RunningExecution[]>> {
    return { data: await this.executions.running(scope, { agentType: query.agentType }) };
  }

  private async send(
    reply: FastifyReply,
    type: 'text/csv' | 'application/x-ndjson',
    scope: ProjectScope,
    request: ExecutionRequest,
  ): Promise<undefined> {
    const pages = this.executions.all(scope, request);
    // The first page comes before the headers, so that a bad request is still answered as one.
    const first = await pages.next();
    const csv = type === 'text/csv';
    const lines = async function* (): AsyncGenerator<string> {
      if (csv) yield CSV_HEADER;
      for (let page = first; !page.done; page = await pages.next()) {
        yield page.value
          .map((execution) => (csv ? csvLine(execution) : `${JSON.stringify(execution)}\n`))
          .join('');
      }
    };
    const name = `executions-${scope.slug}.${csv ? 'csv' : 'ndjson'}`;
    await reply
      .header('content-type', `${type}; charset=utf-8`)
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(Readable.from(lines()));
  }
}
