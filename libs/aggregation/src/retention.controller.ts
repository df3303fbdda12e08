import { Body, Controller, Get, Headers, Put, Query, Res } from '@nestjs/common';
import {
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiPropertyOptional,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { Project, ProjectQuery, RequiresScope } from '@app/access';
import type { ProjectScope } from '@app/access';
import { RETENTION_BOUNDS } from '@app/contracts';
import type { Answer, FieldProblem, RetentionSettings, RetentionTimes } from '@app/contracts';
import { RetentionBook } from '@app/metrics';
import { invalidRequest, parseIfMatch } from '@app/platform';
import { IsInt, Max, Min, ValidateIf } from 'class-validator';
import type { FastifyReply } from 'fastify';

/** A week or month that gets late rows is made anew of days, which must all be there. */
const DAYS_BEYOND_RAW = 31;
const HOURS = 24;

function Kept(name: keyof RetentionTimes, description: string): PropertyDecorator {
  const { min, max, default: usual } = RETENTION_BOUNDS[name];
  const rules = [
    ApiPropertyOptional({
      type: 'integer',
      minimum: min,
      maximum: max,
      example: usual,
      description,
    }),
    ValidateIf((_, value) => value !== undefined),
    IsInt({ message: `$property must be a whole number from ${min} to ${max}` }),
    Min(min, { message: `$property must be a whole number from ${min} to ${max}` }),
    Max(max, { message: `$property must be a whole number from ${min} to ${max}` }),
  ];
  return (target, property) => rules.forEach((rule) => rule(target, property));
}

class RetentionDto implements Partial<RetentionTimes> {
  @Kept('rawDays', 'Single executions, days')
  rawDays?: number;

  @Kept('minuteHours', 'Figures by the minute, hours')
  minuteHours?: number;

  @Kept('hourDays', 'Figures by the hour, days; at least as long as those by the minute')
  hourDays?: number;

  @Kept('dayDays', 'Figures by the day, days; 31 more than single executions at least')
  dayDays?: number;

  @Kept('alertDays', 'Resolved alerts, days')
  alertDays?: number;
}

const example: RetentionSettings = {
  rawDays: 30,
  minuteHours: 48,
  hourDays: 90,
  dayDays: 730,
  alertDays: 365,
  version: 1,
  updatedAt: '2026-01-31T08:00:00.000Z',
};

@ApiTags('settings')
@RequiresScope('read')
@ApiResponse({ status: 400, description: '`invalid-request`: names each field and why' })
@ApiResponse({ status: 404, description: '`unknown-project`' })
@Controller('settings/retention')
export class RetentionController {
  constructor(private readonly book: RetentionBook) {}

  @Get()
  @ApiOperation({
    summary: 'How long the project keeps what',
    description:
      'Version 0 is what the server does by itself. Figures by the week and month are kept for ' +
      'good. Header `ETag` holds the version.',
  })
  @ApiOkResponse({ schema: { example: { data: example } } })
  async get(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<RetentionSettings>> {
    await this.book.read();
    return tagged(this.book.of(scope.projectId), reply);
  }

  @RequiresScope('admin')
  @Put()
  @ApiOperation({
    summary: 'Change how long the project keeps what',
    description:
      'What is left out keeps its value. Executions older than `rawDays` are refused at once ' +
      '(`too-old`); what is stored and too old is removed within the hour. Keeping things for ' +
      'longer does not bring back what is gone.',
  })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The version last read, as `"3"`; another version in between is answered with 412',
  })
  @ApiOkResponse({ schema: { example: { data: { ...example, rawDays: 14, version: 2 } } } })
  @ApiResponse({ status: 412, description: '`precondition-failed`: changed by someone else' })
  async put(
    @Project() scope: ProjectScope,
    @Query() _query: ProjectQuery,
    @Body() input: RetentionDto,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answer<RetentionSettings>> {
    const expected = parseIfMatch(condition);
    await this.book.read();
    const { version, updatedAt: _, ...times } = this.book.of(scope.projectId);
    const wanted = { ...times, ...input };
    requireCoherent(wanted);
    // Fields that were left out are those of this version, so nobody may have changed it since.
    const data = await this.book.change(scope.projectId, wanted, expected, version);
    return tagged(data, reply);
  }
}

function tagged(data: RetentionSettings, reply: FastifyReply): Answer<RetentionSettings> {
  void reply.header('etag', `"${data.version}"`);
  return { data };
}

/** @throws DomainError `invalid-request` naming what does not go together */
function requireCoherent({ rawDays, minuteHours, hourDays, dayDays }: RetentionTimes): void {
  const problems: FieldProblem[] = [];
  const atLeast = (path: string, value: number, least: number, why: string): void => {
    if (value >= least) return;
    problems.push({ path, code: 'invalid-value', detail: `must be at least ${least}: ${why}` });
  };
  atLeast('hourDays', hourDays, Math.ceil(minuteHours / HOURS), 'minutes are kept as long');
  atLeast('dayDays', dayDays, hourDays, 'hours are kept as long');
  atLeast('dayDays', dayDays, rawDays + DAYS_BEYOND_RAW, 'late executions change weeks and months');
  if (problems.length > 0) throw invalidRequest(problems);
}
