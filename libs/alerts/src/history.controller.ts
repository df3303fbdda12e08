import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Project, RequiresScope } from '@app/access';
import type { ProjectScope } from '@app/access';
import type { AlertStats, Answer, Execution } from '@app/contracts';
import { CLOCK, invalidRequest } from '@app/platform';
import type { Clock } from '@app/platform';

import { parseAlertId } from './alert-address.js';
import { alertExample } from './alerts.examples.js';
import { AlertsService } from './alerts.service.js';
import { AlertStatsQuery, CausesQuery } from './dto/alert-history.query.js';
import { HistoryStore, causeFilter } from './history.store.js';
import { RuleBook } from './rule.book.js';

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

@ApiTags('alerts')
@RequiresScope('read')
@Controller('alerts')
export class HistoryController {
  constructor(
    private readonly alerts: AlertsService,
    private readonly history: HistoryStore,
    private readonly rules: RuleBook,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('stats')
  @ApiOperation({
    summary: 'Figures about alerts',
    description:
      'How many fired, and how long it took people to acknowledge (MTTA) and until it was over ' +
      '(MTTR), in milliseconds from firing. `open` is now; all else is of those that fired ' +
      'within the span.',
  })
  @ApiOkResponse({
    schema: {
      example: {
        data: {
          from: '2026-10-23T10:00:00.000Z',
          to: '2026-11-22T10:00:00.000Z',
          open: { pending: 0, firing: 2, acknowledged: 1 },
          fired: 31,
          resolved: 28,
          acknowledged: 12,
          bySeverity: { info: 0, warning: 22, critical: 9 },
          byType: [{ type: 'slow_execution', fired: 20 }],
          mttaMs: 184000,
          mttrMs: 1320000,
        },
      },
    },
  })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  async stats(
    @Project() scope: ProjectScope,
    @Query() query: AlertStatsQuery,
  ): Promise<Answer<AlertStats>> {
    const to = query.to === undefined ? this.clock.now() : new Date(query.to);
    const from =
      query.from === undefined ? new Date(to.getTime() - 30 * DAY_MS) : new Date(query.from);
    if (from >= to) {
      throw invalidRequest([{ path: 'to', code: 'invalid-value', detail: 'must be after from' }]);
    }
    return { data: await this.history.stats(scope.projectId, from, to) };
  }

  @Get(':id/executions')
  @ApiOperation({
    summary: 'The executions behind an alert',
    description:
      'Newest first: those beyond the limit for alerts about single executions, the failed ones ' +
      'for failure rates, the one that hangs, otherwise all of the windows that were judged. ' +
      'Durations in milliseconds, CPU in percent of one core, memory in MiB.',
  })
  @ApiParam({ name: 'id', description: '`<agent key>~<UUID>`', example: alertExample.id })
  @ApiOkResponse({
    schema: {
      example: {
        data: [
          {
            executionId: alertExample.executionId,
            agentId: alertExample.agentId,
            status: 'success',
            durationMs: 4800,
          },
        ],
      },
    },
  })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 404, description: '`unknown-alert`, `unknown-project`' })
  async executions(
    @Project() scope: ProjectScope,
    @Query() { limit }: CausesQuery,
    @Param('id') id: string,
  ): Promise<Answer<Execution[]>> {
    const alert = await this.alerts.get(scope, id);
    const rule = this.rules.find(scope.projectId, alert.ruleId ?? alert.type);
    const { agentKey } = parseAlertId(id);
    const windowMs = rule?.windowMs ?? HOUR_MS;
    const filter = causeFilter(alert, { projectId: scope.projectId, agentKey, windowMs, limit });
    return { data: filter ? await this.history.causes(filter) : [], page: { nextCursor: null } };
  }
}
