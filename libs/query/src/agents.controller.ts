import { Controller, Get, Param, Query, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Caller, Project, ProjectQuery, RequiresScope, SignedIn } from '@app/access';
import type { Principal, ProjectScope } from '@app/access';
import type {
  Agent,
  AgentBreakdown,
  Answer,
  Project as ProjectInfo,
  SummaryRow,
} from '@app/contracts';
import { LIMITS } from '@app/contracts';
import { openCursor, sealCursor } from '@app/platform';

import { readAgents } from './agent.reader.js';
import type { RegisteredAgent } from './agent.reader.js';
import { BreakdownService } from './breakdown.service.js';
import { AgentsQuery, BreakdownQuery, RangeQuery } from './dto/query.dto.js';
import { exampleBreakdown, exampleRow } from './examples.js';
import { ClientSignalInterceptor } from './read/client-signal.js';
import { ReadDatabase } from './read/read-database.js';
import { StatusService } from './status.service.js';
import { SummaryService } from './summary.service.js';

const exampleAgent: Agent = {
  agentId: 'reader-1',
  agentName: 'Reader 1',
  agentType: 'cognitive',
  agentVersion: '2.4.0',
  firstSeenAt: '2026-01-01T00:00:00.000Z',
  lastSeenAt: '2026-01-31T08:00:00.000Z',
};

@ApiTags('agents')
@UseInterceptors(ClientSignalInterceptor)
@RequiresScope('read')
@Controller()
export class AgentsController {
  constructor(
    private readonly database: ReadDatabase,
    private readonly summaries: SummaryService,
    private readonly status: StatusService,
    private readonly breakdowns: BreakdownService,
  ) {}

  @SignedIn()
  @Get('projects')
  @ApiOperation({ summary: 'Projects that one knows, and whether anything happens in them' })
  @ApiOkResponse({
    example: {
      data: [
        { slug: 'default', name: 'Default', agentCount: 24, lastActiveAt: '2026-01-31T08:00:00Z' },
      ],
    },
  })
  async projects(
    @Caller() caller: Principal,
    @Query() _query: ProjectQuery,
  ): Promise<Answer<ProjectInfo[]>> {
    return { data: await this.status.projects((projectId) => caller.knows(projectId)) };
  }

  @Get('agents')
  @ApiOperation({
    summary: 'The agents of a project, by id',
    description:
      'All of them at once, or by pages with `limit` or `cursor`. Who joins while one reads on is ' +
      'on a later page or on none; nobody is told twice.',
  })
  @ApiOkResponse({ example: { data: [exampleAgent], page: { nextCursor: null } } })
  @ApiResponse({ status: 400, description: 'A bad `limit`, or a cursor of another list' })
  async agents(
    @Project() scope: ProjectScope,
    @Query() query: AgentsQuery,
  ): Promise<Answer<Agent[]>> {
    const { agentType, cursor } = query;
    const list = ['agents', scope.projectId, agentType];
    const afterId = cursor === undefined ? undefined : openCursor(list, cursor, isId);
    const limit = query.limit ?? (cursor === undefined ? undefined : LIMITS.pageSize);
    const filter = { agentType, afterId, most: limit && limit + 1 };
    const agents = await this.database.snapshot((reader) =>
      readAgents(reader.query, scope.projectId, filter),
    );
    if (limit === undefined) return { data: agents.map(toAgent) };
    const page = agents.slice(0, limit);
    const last = agents.length > limit ? page.at(-1) : undefined;
    const nextCursor = last ? sealCursor(list, last.agentId) : null;
    return { data: page.map(toAgent), page: { nextCursor } };
  }

  @Get('agents/:agentId')
  @ApiOperation({ summary: 'One agent in a window' })
  @ApiOkResponse({ example: { data: exampleRow } })
  @ApiResponse({ status: 404, description: 'No such agent' })
  async agent(
    @Project() scope: ProjectScope,
    @Param('agentId') agentId: string,
    @Query() query: RangeQuery,
  ): Promise<Answer<SummaryRow | undefined>> {
    const [row] = await this.summaries.perAgent(scope, query, { agentIds: [agentId] });
    return { data: row };
  }

  @Get('agents/:agentId/breakdown')
  @ApiOperation({
    summary: 'One agent by complexity, version, kind of failure, resource and hour of the week',
    description:
      'From the single executions, as far back as they are kept. `versions` tells since when each ' +
      'is in use, with its statistics within the range: whether a release made it slower.',
  })
  @ApiOkResponse({ example: { data: exampleBreakdown } })
  @ApiResponse({ status: 404, description: 'No such agent' })
  async breakdown(
    @Project() scope: ProjectScope,
    @Param('agentId') agentId: string,
    @Query() query: BreakdownQuery,
  ): Promise<Answer<AgentBreakdown>> {
    return { data: await this.breakdowns.breakdown(scope, agentId, query) };
  }
}

function isId(value: unknown): value is string {
  return typeof value === 'string';
}

function toAgent(agent: RegisteredAgent): Agent {
  return {
    agentId: agent.agentId,
    agentName: agent.agentName,
    agentType: agent.agentType,
    agentVersion: agent.agentVersion,
    firstSeenAt: agent.firstSeenAt.toISOString(),
    lastSeenAt: agent.lastSeenAt.toISOString(),
  };
}
