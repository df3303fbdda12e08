import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
  Res,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { Caller, Project, ProjectQuery, RequiresScope, signed } from '@app/access';
import type { Principal, ProjectScope } from '@app/access';
import type { Answer, Silence } from '@app/contracts';
import { invalidRequest, parseIfMatch } from '@app/platform';
import type { FastifyReply } from 'fastify';

import { silenceExample as example } from '../alerts.examples.js';
import { SilenceDto } from '../dto/silence.dto.js';
import { SilencesService } from './silences.service.js';

const ifMatch = {
  name: 'If-Match',
  required: false,
  description: 'The version last read, as `"3"`; another version in between is answered with 412',
};
const idParam = { name: 'id', format: 'uuid', example: example.id };
const BAD = { status: 400, description: '`invalid-request`' };
const UNKNOWN = { status: 404, description: '`unknown-silence`, `unknown-project`' };
const STALE = { status: 412, description: '`precondition-failed`: changed by someone else' };
const uuid = new ParseUUIDPipe({
  exceptionFactory: () =>
    invalidRequest([{ path: 'id', code: 'invalid-value', detail: 'must be a UUID' }]),
});

@ApiTags('alerts')
@RequiresScope('read')
@Controller('alerts/silences')
export class SilencesController {
  constructor(private readonly silences: SilencesService) {}

  @Get()
  @ApiOperation({
    summary: 'List silences',
    description:
      'Silences and maintenance windows, those that end last first, ended ones included. While ' +
      'one is active, matching alerts are made but nobody is notified of them.',
  })
  @ApiOkResponse({ schema: { example: { data: [example], page: { nextCursor: null } } } })
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  async list(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
  ): Promise<Answer<Silence[]>> {
    return { data: await this.silences.list(scope), page: { nextCursor: null } };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one silence', description: 'Header `ETag` holds its version.' })
  @ApiParam(idParam)
  @ApiOkResponse({ schema: { example: { data: example } } })
  @ApiResponse(BAD)
  @ApiResponse(UNKNOWN)
  async get(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id', uuid) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Silence>> {
    return tagged(await this.silences.get(scope, id), reply);
  }

  @RequiresScope('operate')
  @Post()
  @ApiOperation({
    summary: 'Create a silence',
    description:
      'From start to end, or, with a recurrence, only at its times of the week. An alert that ' +
      'is still firing when no silence matches it any more is told then.',
  })
  @ApiCreatedResponse({ schema: { example: { data: example } } })
  @ApiResponse(BAD)
  @ApiResponse({ status: 409, description: '`too-many-silences`: at most 500 that have not ended' })
  async create(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Body() input: SilenceDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Silence>> {
    return tagged(await this.silences.create(scope, signed(input, caller)), reply);
  }

  @RequiresScope('operate')
  @Put(':id')
  @ApiOperation({ summary: 'Replace a silence', description: 'To end it, set `endsAt` to now.' })
  @ApiParam(idParam)
  @ApiHeader(ifMatch)
  @ApiOkResponse({ schema: { example: { data: { ...example, version: 2 } } } })
  @ApiResponse(BAD)
  @ApiResponse(UNKNOWN)
  @ApiResponse(STALE)
  async change(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Param('id', uuid) id: string,
    @Body() input: SilenceDto,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Silence>> {
    const silence = await this.silences.change(
      scope,
      id,
      signed(input, caller),
      parseIfMatch(condition),
    );
    return tagged(silence, reply);
  }

  @RequiresScope('operate')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a silence', description: 'It ends at once.' })
  @ApiParam(idParam)
  @ApiHeader(ifMatch)
  @ApiNoContentResponse({ description: 'It is gone' })
  @ApiResponse(BAD)
  @ApiResponse(UNKNOWN)
  @ApiResponse(STALE)
  async remove(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id', uuid) id: string,
    @Headers('if-match') condition: string | undefined,
  ): Promise<void> {
    await this.silences.remove(scope, id, parseIfMatch(condition));
  }
}

function tagged(silence: Silence, reply: FastifyReply): Answer<Silence> {
  void reply.header('etag', `"${silence.version}"`);
  return { data: silence };
}
