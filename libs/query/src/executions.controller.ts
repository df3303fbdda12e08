import { Readable } from 'node:stream';

import {
  Controller,
  Get,
  Headers,
  Query,
  Res,
  StreamableFile,
  UseInterceptors,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Project, RequiresScope } from '@app/access';
import type { ProjectScope } from '@app/access';
import type { Answer, Execution, RunningExecution } from '@app/contracts';
import type { FastifyReply } from 'fastify';

import { ExecutionsQuery, RunningQuery } from './dto/query.dto.js';
import { exampleExecution } from './examples.js';
import { MEDIA_TYPES, exportText, formatOf } from './export.js';
import type { ExecutionOrder } from './execution.order.js';
import { ExecutionsService } from './executions.service.js';
import type { ExecutionRequest } from './executions.service.js';
import { ClientSignalInterceptor } from './read/client-signal.js';
import { bad } from './time-range.js';

const STALLED_MS = 60_000;

@ApiTags('metrics')
@UseInterceptors(ClientSignalInterceptor)
@RequiresScope('read')
@Controller()
export class ExecutionsController {
  constructor(private readonly executions: ExecutionsService) {}

  @Get('metrics')
  @ApiOperation({
    summary: 'Raw executions, newest first unless asked otherwise',
    description:
      'What has no figure to sort by counts as less than 0. ' +
      'By `format` or `Accept`: a page of JSON, or everything that fits, as of one instant, as ' +
      'streamed `text/csv` (RFC 4180; cells that a spreadsheet would calculate get an ' +
      'apostrophe) or `application/x-ndjson`.',
  })
  @ApiProduces('application/json', 'text/csv', 'application/x-ndjson')
  @ApiOkResponse({ example: { data: [exampleExecution], page: { nextCursor: null } } })
  @ApiResponse({ status: 400, description: 'A parameter is unknown or not valid' })
  @ApiResponse({ status: 404, description: 'No such project or agent' })
  @ApiResponse({ status: 503, description: 'It took too long (`query-timeout`)' })
  async list(
    @Project() scope: ProjectScope,
    @Query() query: ExecutionsQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Execution[]> | StreamableFile> {
    const { agentId, agentIds, format, limit, cursor, sort, order, q, project: _, ...rest } = query;
    if (agentId !== undefined && agentIds !== undefined)
      throw bad('agentIds', 'goes without agentId');
    const request = { ...rest, text: q, agentIds: agentId === undefined ? agentIds : [agentId] };
    const by = { sort, order };
    const wanted = formatOf(format, accept);
    if (wanted !== 'json') return this.send(reply, wanted, scope, request, by);
    const page = await this.executions.page(scope, request, by, limit, cursor);
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
    format: 'csv' | 'ndjson',
    scope: ProjectScope,
    request: ExecutionRequest,
    by: ExecutionOrder,
  ): Promise<StreamableFile> {
    const pages = this.executions.all(scope, request, by);
    // Nobody else ends the reading for a client that leaves before the stream is begun.
    reply.raw.once('close', () => void pages.return(undefined));
    if (reply.raw.destroyed) await pages.return(undefined);
    // The first page comes before the headers, so that a bad request is still answered as one.
    const first = await pages.next();
    // A client that takes nothing for so long has left without saying so.
    reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy());
    const stream = Readable.from(exportText(format, first, pages), { objectMode: false });
    const file = new StreamableFile(stream, {
      type: MEDIA_TYPES[format],
      disposition: `attachment; filename="executions-${scope.slug}.${format}"`,
    });
    // An export that broke off must not look like one that ended.
    return file.setErrorHandler(() => reply.raw.destroy());
  }
}
