import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBody,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { Project, ProjectQuery } from '@app/access';
import type { ProjectScope } from '@app/access';
import type { Alert, Answer } from '@app/contracts';

import { toFilter } from './alert.filter.js';
import { AlertsService } from './alerts.service.js';
import { AlertsQuery } from './dto/alerts.query.js';
import { ResolveAlertDto } from './dto/resolve-alert.dto.js';

const example: Alert = {
  id: '17~0b1f6a52-7c1e-4b8e-9d60-2f4a3c5d7e91',
  project: 'sample',
  type: 'slow_execution',
  severity: 'critical',
  state: 'firing',
  agentId: 'planner-1',
  agentName: 'Planner 1',
  agentType: 'orchestrator',
  taskType: 'default',
  complexity: 3,
  thresholdValue: 2400,
  actualValue: 4800,
  unit: 'ms',
  message: 'Planner 1 took 4.8 s for level 3 (limit 2.4 s, 2 × the expected 1.2 s)',
  count: 12,
  firedAt: '2026-11-22T10:00:00.000Z',
  lastSeenAt: '2026-11-22T10:04:10.000Z',
  resolvedAt: null,
  resolvedBy: null,
  resolveReason: null,
  executionId: '019aaf3c-2b60-7d5e-8a51-6c7d8e9f0a1b',
};

const resolvedExample: Alert = {
  ...example,
  state: 'resolved',
  resolvedAt: '2026-11-22T10:20:00.000Z',
  resolvedBy: 'maria',
  resolveReason: 'Rolled back to 1.4.2',
};

const idParam = { name: 'id', description: '`<agent key>~<UUID>`', example: example.id };

@ApiTags('alerts')
@Controller('alerts')
export class AlertsController {
  constructor(private readonly alerts: AlertsService) {}

  @Get()
  @ApiOperation({
    summary: 'List alerts',
    description:
      'Alert episodes of the project, newest first, with filters and an opaque cursor. Many ' +
      'breaches of the same kind by the same agent are one alert with a `count`. Values are in ' +
      '`unit`: milliseconds, percent or MiB.',
  })
  @ApiOkResponse({ schema: { example: { data: [example], page: { nextCursor: null } } } })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  list(@Project() scope: ProjectScope, @Query() query: AlertsQuery): Promise<Answer<Alert[]>> {
    return this.alerts.list(toFilter(scope, query));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one alert', description: 'An alert of the project, by its id.' })
  @ApiParam(idParam)
  @ApiOkResponse({ schema: { example: { data: example } } })
  @ApiResponse({ status: 400, description: '`invalid-request`: not an alert id' })
  @ApiResponse({ status: 404, description: '`unknown-alert`, `unknown-project`' })
  async get(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id') id: string,
  ): Promise<Answer<Alert>> {
    return { data: await this.alerts.get(scope, id) };
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Resolve an alert',
    description:
      'Ends the episode by hand. Doing it again answers the same and changes nothing. A breach ' +
      'that ends later opens a new episode.',
  })
  @ApiParam(idParam)
  @ApiBody({ type: ResolveAlertDto, required: false })
  @ApiOkResponse({
    description: 'The resolved alert',
    schema: { example: { data: resolvedExample } },
  })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 404, description: '`unknown-alert`, `unknown-project`' })
  async resolve(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id') id: string,
    @Body() body: ResolveAlertDto,
  ): Promise<Answer<Alert>> {
    const { resolvedBy, reason } = body;
    return { data: await this.alerts.resolve(scope, id, resolvedBy || 'user', reason ?? null) };
  }
}
