import { Body, Controller, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Project, ProjectQuery, RequiresScope } from '@app/access';
import type { ProjectScope } from '@app/access';
import type { AlertRule, Answer, BacktestResult } from '@app/contracts';
import type { FastifyReply } from 'fastify';

import { backtestExample, backtestRequests } from '../alerts.examples.js';
import { BacktestDto } from '../dto/backtest.dto.js';
import { definitionOf } from '../rule.store.js';
import { RulesService, draftRule } from '../rules.service.js';
import { builtInRule } from '../rules/built-in.js';
import { completeRule } from '../rules/complete-rule.js';
import { BacktestService } from './backtest.service.js';

@ApiTags('alerts')
@RequiresScope('operate')
@Controller('alerts/rules')
export class BacktestController {
  constructor(
    private readonly backtests: BacktestService,
    private readonly rules: RulesService,
  ) {}

  @Post('backtest')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Back-test a rule',
    description:
      'What the rule would have raised over a range of stored history, by the code that runs ' +
      'live; nothing is saved and nobody is told. Windows of up to 2 hours are looked at minute ' +
      'by minute (every few minutes for long ranges), longer ones hour by hour. At most 1,000 ' +
      'episodes, 10 charts and 25 seconds: `truncated` says whether there was more. Rules about ' +
      'stuck executions and task types cannot be back-tested. Ends when the client goes away.',
  })
  @ApiBody({ type: BacktestDto, examples: backtestRequests })
  @ApiOkResponse({ schema: { example: { data: backtestExample } } })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 404, description: '`unknown-alert-rule`, `unknown-project`' })
  @ApiResponse({ status: 409, description: '`backtest-running`: two are running already' })
  async run(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Body() body: BacktestDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<BacktestResult>> {
    const gone = new AbortController();
    reply.raw.once('close', () => {
      gone.abort();
    });
    const { from, to } = body;
    const rule = await this.ruleOf(scope, body);
    const request = { rule, from: new Date(from), to: new Date(to) };
    return { data: await this.backtests.run(scope, request, gone.signal) };
  }

  private async ruleOf(
    scope: ProjectScope,
    { ruleId, rule = {} }: BacktestDto,
  ): Promise<AlertRule> {
    if (ruleId === undefined) {
      return { ...builtInRule('slow_execution'), ...draftRule(rule), id: 'draft', builtIn: false };
    }
    const before = await this.rules.get(scope, ruleId);
    return { ...before, ...completeRule(definitionOf(before), rule) };
  }
}
