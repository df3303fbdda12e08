import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import {
  ApiBody,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { Caller, Project, ProjectQuery, RequiresScope, nameOf } from '@app/access';
import type { Principal, ProjectScope } from '@app/access';
import type { Alert, AlertTransitionEntry, Answer, BulkAlertVerdict } from '@app/contracts';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';

import type { AlertAction } from './alert-actions.js';
import { toFilter } from './alert.filter.js';
import { alertExample as example, resolvedExample } from './alerts.examples.js';
import { AlertsService } from './alerts.service.js';
import { AcknowledgeDto, ActionDto, BulkActionDto, SnoozeDto } from './dto/alert-action.dto.js';
import { AlertsQuery } from './dto/alerts.query.js';
import { ResolveAlertDto } from './dto/resolve-alert.dto.js';
import { snoozeUntil } from './snooze-until.js';

const idParam = { name: 'id', description: '`<agent key>~<UUID>`', example: example.id };
const BAD = { status: 400, description: '`invalid-request`' };
const UNKNOWN = { status: 404, description: '`unknown-alert`, `unknown-project`' };
const OVER = { status: 409, description: '`alert-already-resolved`' };

@ApiTags('alerts')
@RequiresScope('read')
@Controller('alerts')
export class AlertsController {
  constructor(
    private readonly alerts: AlertsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List alerts',
    description:
      'Alert episodes of the project, newest first, with filters and an opaque cursor. Many ' +
      'breaches of the same kind by the same agent are one alert with a `count`. Values are in ' +
      '`unit`: milliseconds, percent, MiB, bytes, tokens, US dollars or executions per hour.',
  })
  @ApiOkResponse({ schema: { example: { data: [example], page: { nextCursor: null } } } })
  @ApiResponse(BAD)
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  list(@Project() scope: ProjectScope, @Query() query: AlertsQuery): Promise<Answer<Alert[]>> {
    return this.alerts.list(toFilter(scope, query));
  }

  @RequiresScope('operate')
  @Post('bulk')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Do the same to many alerts',
    description:
      'At most 500 ids. Each one succeeds or fails for itself, in the order of `ids`; those that ' +
      'succeed are committed together.',
  })
  @ApiBody({ type: BulkActionDto })
  @ApiOkResponse({
    schema: {
      example: {
        data: [
          { id: example.id, ok: true, alert: resolvedExample, code: null, detail: null },
          {
            id: '3~9a1f6a52-7c1e-4b8e-9d60-2f4a3c5d7e91',
            ok: false,
            alert: null,
            code: 'unknown-alert',
            detail: 'No such alert',
          },
        ],
      },
    },
  })
  @ApiResponse(BAD)
  async bulk(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Body() body: BulkActionDto,
  ): Promise<Answer<BulkAlertVerdict[]>> {
    const { action: kind, ids } = body;
    const who = actor(caller, body);
    const action: AlertAction =
      kind === 'snooze'
        ? { kind, ...who, until: snoozeUntil(body, this.clock.now()) }
        : { kind, ...who };
    return { data: await this.alerts.bulk(scope, ids, action) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one alert', description: 'An alert of the project, by its id.' })
  @ApiParam(idParam)
  @ApiOkResponse({ schema: { example: { data: example } } })
  @ApiResponse({ status: 400, description: '`invalid-request`: not an alert id' })
  @ApiResponse(UNKNOWN)
  async get(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id') id: string,
  ): Promise<Answer<Alert>> {
    return { data: await this.alerts.get(scope, id) };
  }

  @Get(':id/transitions')
  @ApiOperation({
    summary: 'Read what happened to an alert',
    description: 'From the first to the newest: what, when, who, and why.',
  })
  @ApiParam(idParam)
  @ApiOkResponse({
    schema: {
      example: {
        data: [
          {
            sequence: 1,
            transition: 'fired',
            severity: 'critical',
            actor: 'system',
            note: null,
            at: '2026-11-22T10:00:00.000Z',
          },
        ],
      },
    },
  })
  @ApiResponse(BAD)
  @ApiResponse(UNKNOWN)
  async transitions(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id') id: string,
  ): Promise<Answer<AlertTransitionEntry[]>> {
    return { data: await this.alerts.transitions(scope, id) };
  }

  @RequiresScope('operate')
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
  @ApiResponse(BAD)
  @ApiResponse(UNKNOWN)
  async resolve(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Param('id') id: string,
    @Body() body: ResolveAlertDto,
  ): Promise<Answer<Alert>> {
    const { resolvedBy, reason } = body;
    const action = {
      kind: 'resolve',
      by: nameOf(caller, resolvedBy),
      note: reason ?? null,
    } as const;
    return { data: await this.alerts.act(scope, id, action) };
  }

  @RequiresScope('operate')
  @Post(':id/acknowledge')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Acknowledge an alert',
    description:
      'Somebody takes care of it: it is not told again. Ends when the alert resolves, so the ' +
      'next episode is new to everybody.',
  })
  @ApiParam(idParam)
  @ApiBody({ type: AcknowledgeDto, required: false })
  @ApiOkResponse({ schema: { example: { data: { ...example, state: 'acknowledged' } } } })
  @ApiResponse(BAD)
  @ApiResponse(UNKNOWN)
  @ApiResponse({ status: 409, description: '`alert-already-resolved`, `alert-not-firing`' })
  async acknowledge(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Param('id') id: string,
    @Body() body: AcknowledgeDto,
  ): Promise<Answer<Alert>> {
    const { note, by } = actor(caller, { ...body, by: body.owner || body.by });
    return { data: await this.alerts.act(scope, id, { kind: 'acknowledge', note, by }) };
  }

  @RequiresScope('operate')
  @Post(':id/unacknowledge')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Take an acknowledgement back',
    description: 'The alert is firing again, for nobody in particular.',
  })
  @ApiParam(idParam)
  @ApiBody({ type: ActionDto, required: false })
  @ApiOkResponse({ schema: { example: { data: example } } })
  @ApiResponse(BAD)
  @ApiResponse(UNKNOWN)
  @ApiResponse(OVER)
  async unacknowledge(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Param('id') id: string,
    @Body() body: ActionDto,
  ): Promise<Answer<Alert>> {
    const action = { kind: 'unacknowledge', ...actor(caller, body) } as const;
    return { data: await this.alerts.act(scope, id, action) };
  }

  @RequiresScope('operate')
  @Post(':id/snooze')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Snooze an alert',
    description:
      'Nobody is notified until the given instant (at most 30 days ahead); one in the past ends ' +
      'a snooze. What is still firing then is told.',
  })
  @ApiParam(idParam)
  @ApiBody({ type: SnoozeDto })
  @ApiOkResponse({
    schema: { example: { data: { ...example, snoozedUntil: '2026-11-22T14:00:00.000Z' } } },
  })
  @ApiResponse(BAD)
  @ApiResponse(UNKNOWN)
  @ApiResponse(OVER)
  async snooze(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Param('id') id: string,
    @Body() body: SnoozeDto,
  ): Promise<Answer<Alert>> {
    const now = this.clock.now();
    const until = snoozeUntil(body, now);
    const kind = until <= now ? 'unsnooze' : 'snooze';
    return { data: await this.alerts.act(scope, id, { kind, ...actor(caller, body), until }) };
  }
}

function actor(caller: Principal, { by, note }: ActionDto): { by: string; note: string | null } {
  return { by: nameOf(caller, by), note: note ?? null };
}
