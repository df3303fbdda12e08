import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
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
import { Caller, Project, ProjectQuery, RequiresScope } from '@app/access';
import type { Principal, ProjectScope } from '@app/access';
import type { Answer, SavedView } from '@app/contracts';
import { UuidPipe, parseIfMatch } from '@app/platform';
import type { FastifyReply } from 'fastify';

import { SavedViewDto, ViewsQuery } from './dto/saved-view.dto.js';
import { viewExample as example } from './examples.js';
import { ViewsService } from './views.service.js';

const idParam = { name: 'id', format: 'uuid', example: example.id };
const ifMatch = {
  name: 'If-Match',
  required: false,
  description: 'The version last read, as `"3"`; another version in between is answered with 412',
};

@ApiTags('workspace')
@ApiResponse({ status: 400, description: '`invalid-request`: names each field and why' })
@ApiResponse({ status: 404, description: '`unknown-view`, `unknown-project`' })
@RequiresScope('read')
@Controller('views')
export class ViewsController {
  constructor(private readonly views: ViewsService) {}

  @Get()
  @ApiOperation({
    summary: 'List saved views',
    description: 'One’s own and the shared ones, by name. `isDefault` tells one’s own choice.',
  })
  @ApiOkResponse({ schema: { example: { data: [example] } } })
  async list(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() { page }: ViewsQuery,
  ): Promise<Answer<SavedView[]>> {
    return { data: await this.views.list(scope, caller, page) };
  }

  @Post()
  @ApiOperation({
    summary: 'Save a view',
    description: 'Whoever may read may save for themselves; sharing needs the scope `operate`.',
  })
  @ApiCreatedResponse({ schema: { example: { data: example } } })
  @ApiResponse({ status: 409, description: '`too-many-views`' })
  async create(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Body() input: SavedViewDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<SavedView>> {
    return tagged(reply, await this.views.create(scope, input, caller));
  }

  @Put(':id')
  @ApiOperation({ summary: 'Change a saved view', description: 'Replaces all of it.' })
  @ApiParam(idParam)
  @ApiHeader(ifMatch)
  @ApiOkResponse({ schema: { example: { data: { ...example, version: 2 } } } })
  @ApiResponse({ status: 412, description: '`precondition-failed`: changed by someone else' })
  async replace(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Param('id', UuidPipe) id: string,
    @Body() input: SavedViewDto,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<SavedView>> {
    const versions = parseIfMatch(condition);
    return tagged(reply, await this.views.replace(scope, id, input, versions, caller));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a saved view' })
  @ApiParam(idParam)
  @ApiHeader(ifMatch)
  @ApiNoContentResponse({ description: 'It is gone' })
  @ApiResponse({ status: 412, description: '`precondition-failed`' })
  async remove(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Param('id', UuidPipe) id: string,
    @Headers('if-match') condition: string | undefined,
  ): Promise<void> {
    await this.views.remove(scope, id, parseIfMatch(condition), caller);
  }
}

function tagged(reply: FastifyReply, view: SavedView): Answer<SavedView> {
  void reply.header('etag', `"${view.version}"`);
  return { data: view };
}
