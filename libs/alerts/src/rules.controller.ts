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
import { Caller, Project, ProjectQuery, RequiresScope, signed } from '@app/access';
import type { Principal, ProjectScope } from '@app/access';
import type { AlertRule, Answer } from '@app/contracts';
import { invalidRequest, parseIfMatch } from '@app/platform';
import { isUUID } from 'class-validator';
import type { FastifyReply } from 'fastify';

import { ruleExample as example } from './alerts.examples.js';
import { AlertRuleDto } from './dto/alert-rule.dto.js';
import { RulesService } from './rules.service.js';
import { BUILT_INS, isBuiltIn } from './rules/built-in.js';

const ifMatch = {
  name: 'If-Match',
  required: false,
  description: 'The version last read, as `"3"`; another version in between is answered with 412',
};
const idParam = {
  name: 'id',
  description: 'Name of a built-in rule, or a UUID',
  example: example.id,
};
const BAD = { status: 400, description: '`invalid-request`: names each field and why' };
const UNKNOWN = { status: 404, description: '`unknown-alert-rule`, `unknown-project`' };
const STALE = { status: 412, description: '`precondition-failed`: changed by someone else' };

@ApiTags('alerts')
@RequiresScope('read')
@Controller('alerts/rules')
export class RulesController {
  constructor(private readonly rules: RulesService) {}

  @Get()
  @ApiOperation({
    summary: 'List alert rules',
    description:
      'The four built-in rules, tuned or not, then those that people made. All spans are in ' +
      'milliseconds; `warning` and `critical` are in the unit that the type says.',
  })
  @ApiOkResponse({
    schema: { example: { data: [BUILT_INS[0], example], page: { nextCursor: null } } },
  })
  @ApiResponse({ status: 404, description: '`unknown-project`' })
  async list(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
  ): Promise<Answer<AlertRule[]>> {
    return { data: await this.rules.list(scope), page: { nextCursor: null } };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one rule', description: 'Header `ETag` holds its version.' })
  @ApiParam(idParam)
  @ApiOkResponse({ schema: { example: { data: example } } })
  @ApiResponse(BAD)
  @ApiResponse(UNKNOWN)
  async get(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<AlertRule>> {
    return tagged(await this.rules.get(scope, checked(id)), reply);
  }

  @RequiresScope('operate')
  @Post()
  @ApiOperation({
    summary: 'Create a rule',
    description:
      'Of type `threshold`, `stuck_execution` or `no_data`. A threshold rule needs `statistic`, ' +
      '`operator` and a level. At most 500 rules per project.',
  })
  @ApiCreatedResponse({ schema: { example: { data: example } } })
  @ApiResponse(BAD)
  @ApiResponse({ status: 409, description: '`too-many-rules`' })
  async create(
    @Project() scope: ProjectScope,
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
    @Body() input: AlertRuleDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<AlertRule>> {
    return tagged(await this.rules.create(scope, signed(input, caller)), reply);
  }

  @RequiresScope('operate')
  @Put(':id')
  @ApiOperation({
    summary: 'Change a rule',
    description:
      'What is left out keeps its value. Alerts that are open follow the changed rule: a longer ' +
      'hold makes a firing alert pending again.',
  })
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
    @Param('id') id: string,
    @Body() input: AlertRuleDto,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<AlertRule>> {
    const rule = await this.rules.change(
      scope,
      checked(id),
      signed(input, caller),
      parseIfMatch(condition),
    );
    return tagged(rule, reply);
  }

  @RequiresScope('operate')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a rule',
    description: 'Its open alerts are resolved. Built-in rules can only be muted or disabled.',
  })
  @ApiParam(idParam)
  @ApiHeader(ifMatch)
  @ApiNoContentResponse({ description: 'It is gone' })
  @ApiResponse(BAD)
  @ApiResponse(UNKNOWN)
  @ApiResponse({ status: 409, description: '`built-in-rule`' })
  @ApiResponse(STALE)
  async remove(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Param('id') id: string,
    @Headers('if-match') condition: string | undefined,
  ): Promise<void> {
    await this.rules.remove(scope, checked(id), parseIfMatch(condition));
  }
}

function checked(id: string): string {
  if (isBuiltIn(id)) return id;
  if (isUUID(id)) return id.toLowerCase();
  const detail = 'must be the name of a built-in rule or a UUID';
  throw invalidRequest([{ path: 'id', code: 'invalid-value', detail }]);
}

function tagged(rule: AlertRule, reply: FastifyReply): Answer<AlertRule> {
  void reply.header('etag', `"${rule.version}"`);
  return { data: rule };
}
