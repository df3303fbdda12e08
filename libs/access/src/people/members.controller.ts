import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Answer, CreatedInvitation, Invitation, Member } from '@app/contracts';
import { UuidPipe } from '@app/platform';

import { By } from '../audit/author.js';
import type { Author } from '../audit/author.js';
import { Caller } from '../guard/caller.decorator.js';
import type { Principal } from '../guard/principal.js';
import { RequiresScope } from '../guard/route-access.js';
import { Project, ProjectQuery } from '../projects/project.decorator.js';
import type { ProjectScope } from '../projects/project.directory.js';
import { invitationExample, memberExample } from './examples.js';
import { InvitationsService } from './invitations.service.js';
import { NewInvitationDto, RoleDto } from './people.dto.js';
import { PeopleService } from './people.service.js';

const userParam = { name: 'userId', format: 'uuid', example: memberExample.userId };
const invitationParam = {
  name: 'invitationId',
  format: 'uuid',
  example: invitationExample.invitationId,
};
const BAD = { status: 400, description: '`invalid-request`' };
const UNKNOWN = { status: 404, description: '`unknown-user`: nobody of this project' };

@ApiTags('access')
@RequiresScope('admin')
@Controller()
export class MembersController {
  constructor(
    private readonly people: PeopleService,
    private readonly invitations: InvitationsService,
  ) {}

  @Get('members')
  @ApiOperation({
    summary: 'The people of a project, by name',
    description: 'Administrators of every project are not listed.',
  })
  @ApiOkResponse({ example: { data: [memberExample] } })
  async list(
    @Project() { projectId }: ProjectScope,
    @Query() _query: ProjectQuery,
  ): Promise<Answer<Member[]>> {
    return { data: await this.people.members(projectId) };
  }

  @Put('members/:userId')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Give somebody of the project another role',
    description: 'Administrators of every project may also take somebody in who is not of it yet.',
  })
  @ApiParam(userParam)
  @ApiNoContentResponse({ description: 'Holds from now on; open sockets are closed' })
  @ApiResponse(BAD)
  @ApiResponse(UNKNOWN)
  async set(
    @Project() { projectId }: ProjectScope,
    @Caller() caller: Principal,
    @By() author: Author,
    @Query() _query: ProjectQuery,
    @Param('userId', UuidPipe) userId: string,
    @Body() { role }: RoleDto,
  ): Promise<void> {
    await this.people.setRole(author, projectId, userId, role, caller.mayEverywhere('admin'));
  }

  @Delete('members/:userId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Take somebody out of a project' })
  @ApiParam(userParam)
  @ApiNoContentResponse({ description: 'The project does not exist for them any more' })
  @ApiResponse(UNKNOWN)
  async remove(
    @Project() { projectId }: ProjectScope,
    @By() author: Author,
    @Query() _query: ProjectQuery,
    @Param('userId', UuidPipe) userId: string,
  ): Promise<void> {
    await this.people.setRole(author, projectId, userId, null, false);
  }

  @Get('invitations')
  @ApiOperation({ summary: 'Invitations, newest first, used and expired ones included' })
  @ApiOkResponse({ example: { data: [invitationExample] } })
  async listInvitations(
    @Project() { projectId }: ProjectScope,
    @Query() _query: ProjectQuery,
  ): Promise<Answer<Invitation[]>> {
    return { data: await this.invitations.list(projectId) };
  }

  @Post('invitations')
  @ApiOperation({
    summary: 'Invite somebody by a link',
    description:
      'The link works once, and until it expires. The answer is the only time that it is seen: ' +
      'only its hash is kept. Without PUBLIC_URL the link is a path.',
  })
  @ApiCreatedResponse({
    example: {
      data: {
        ...invitationExample,
        token: 'Yb3…',
        url: 'https://tracker.example.com/agent-performance/invitation#Yb3…',
      },
    },
  })
  @ApiResponse(BAD)
  async invite(
    @Project() { projectId }: ProjectScope,
    @By() author: Author,
    @Query() _query: ProjectQuery,
    @Body() body: NewInvitationDto,
  ): Promise<Answer<CreatedInvitation>> {
    return { data: await this.invitations.create(author, projectId, body) };
  }

  @Delete('invitations/:invitationId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Take an invitation back' })
  @ApiParam(invitationParam)
  @ApiNoContentResponse({ description: 'Its link does not work any more' })
  @ApiResponse({ status: 404, description: '`unknown-invitation`' })
  async revoke(
    @Project() { projectId }: ProjectScope,
    @By() author: Author,
    @Query() _query: ProjectQuery,
    @Param('invitationId', UuidPipe) invitationId: string,
  ): Promise<void> {
    await this.invitations.revoke(author, projectId, invitationId);
  }
}
