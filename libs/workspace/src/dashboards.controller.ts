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
import { Caller, Project, ProjectQuery, RequiresScope, nameOf } from '@app/access';
import type { Principal, ProjectScope } from '@app/access';
import type { Answer, Dashboard, DashboardFile, DashboardSummary } from '@app/contracts';
import { UuidPipe, parseIfMatch } from '@app/platform';
import type { FastifyReply } from 'fastify';

import { DashboardsService, toFile } from './dashboards.service.js';
import { DashboardDto, DashboardFileDto, NewDashboardDto } from './dto/dashboard.dto.js';
import { dashboardExample as example } from './examples.js';

const idParam = { name: 'id', format: 'uuid', example: example.id };
const ifMatch = {
  name: 'If-Match',
  required: false,
  description: 'The version last read, as `"3"`; another version in between is answered with 412',
};
const { panels: _panels, ...summaryExample } = example;

@ApiTags('workspace')
@ApiResponse({ status: 400, description: '`invalid-request`: names each field and why' })
@ApiResponse({ status: 404, description: '`unknown-dashboard`, `unknown-project`' })
@Controller('dashboards')
export class DashboardsController {
  constructor(private readonly dashboards: DashboardsService) {}

  @RequiresScope('read')
  @Get()
  @ApiOperation({ summary: 'List dashboards', description: 'By name, without their panels.' })
  @ApiOkResponse({ schema: { example: { data: [{ ...summaryExample, panelCount: 1 }] } } })
  async list(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
  ): Promise<Answer<DashboardSummary[]>> {
    return { data: await this.dashboards.list(scope) };
  }

  @RequiresScope('operate')
  @Post()
  @ApiOperation({
    summary: 'Make a dashboard',
    description:
      'At most 40 panels and 64 KiB. A panel is data only: kinds, figures and sizes from lists; ' +
      'nothing in it is ever run or taken for markup, style or a pattern.',
  })
  @ApiCreatedResponse({ schema: { example: { data: example } } })
  @ApiResponse({ status: 409, description: '`dashboard-exists`, `too-many-dashboards`' })
  @ApiResponse({ status: 413, description: '`body-too-large`' })
  async create(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Body() input: NewDashboardDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Dashboard>> {
    return tagged(reply, await this.dashboards.create(scope, input, nameOf(caller)));
  }

  @RequiresScope('operate')
  @Post('import')
  @ApiOperation({
    summary: 'Import a dashboard',
    description: 'A file as the export gives it; it becomes a new dashboard.',
  })
  @ApiCreatedResponse({ schema: { example: { data: example } } })
  @ApiResponse({ status: 409, description: '`too-many-dashboards`' })
  @ApiResponse({ status: 413, description: '`body-too-large`' })
  async import(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Body() file: DashboardFileDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Dashboard>> {
    return tagged(reply, await this.dashboards.create(scope, file, nameOf(caller)));
  }

  @RequiresScope('read')
  @Get(':id')
  @ApiOperation({ summary: 'Read one dashboard', description: 'Header `ETag` has its version.' })
  @ApiParam(idParam)
  @ApiOkResponse({ schema: { example: { data: example } } })
  async get(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id', UuidPipe) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Dashboard>> {
    return tagged(reply, await this.dashboards.get(scope, id));
  }

  @RequiresScope('read')
  @Get(':id/export')
  @ApiOperation({ summary: 'Export a dashboard', description: 'As a file that an import takes.' })
  @ApiParam(idParam)
  @ApiOkResponse({ schema: { example: toFile(example) } })
  async export(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id', UuidPipe) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DashboardFile> {
    const dashboard = await this.dashboards.get(scope, id);
    void reply.header('content-disposition', `attachment; filename="${fileName(dashboard.name)}"`);
    return toFile(dashboard);
  }

  @RequiresScope('operate')
  @Put(':id')
  @ApiOperation({ summary: 'Change a dashboard', description: 'Replaces all of it.' })
  @ApiParam(idParam)
  @ApiHeader(ifMatch)
  @ApiOkResponse({ schema: { example: { data: { ...example, version: 2 } } } })
  @ApiResponse({ status: 412, description: '`precondition-failed`: changed by someone else' })
  @ApiResponse({ status: 413, description: '`body-too-large`' })
  async replace(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Param('id', UuidPipe) id: string,
    @Body() input: DashboardDto,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<Dashboard>> {
    const versions = parseIfMatch(condition);
    const by = nameOf(caller);
    return tagged(reply, await this.dashboards.replace(scope, id, input, versions, by));
  }

  @RequiresScope('operate')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a dashboard',
    description: 'Made again with the same `id`, its links hold.',
  })
  @ApiParam(idParam)
  @ApiHeader(ifMatch)
  @ApiNoContentResponse({ description: 'It is gone' })
  @ApiResponse({ status: 412, description: '`precondition-failed`' })
  async remove(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id', UuidPipe) id: string,
    @Headers('if-match') condition: string | undefined,
  ): Promise<void> {
    await this.dashboards.remove(scope, id, parseIfMatch(condition));
  }
}

/** Letters and digits only: it stands in a header, and on somebody's disk. */
function fileName(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-|-$/g, '');
  return `dashboard-${slug || 'export'}.json`;
}

function tagged(reply: FastifyReply, dashboard: Dashboard): Answer<Dashboard> {
  void reply.header('etag', `"${dashboard.version}"`);
  return { data: dashboard };
}
