import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Answer, CreatedPasswordReset, User } from '@app/contracts';
import { UuidPipe } from '@app/platform';

import { By } from '../audit/author.js';
import type { Author } from '../audit/author.js';
import { RequiresScope } from '../guard/route-access.js';
import { resetExample, userExample } from './examples.js';
import { NewUserDto, UserChangeDto } from './people.dto.js';
import { PeopleService } from './people.service.js';
import { ResetsService } from './resets.service.js';

const idParam = { name: 'userId', format: 'uuid', example: userExample.userId };
const BAD = { status: 400, description: '`invalid-request`, among others `weak-password`' };
const UNKNOWN = { status: 404, description: '`unknown-user`' };
const LAST = { status: 409, description: '`last-administrator`' };

@ApiTags('access')
@RequiresScope('admin', { everywhere: true })
@Controller('users')
export class UsersController {
  constructor(
    private readonly people: PeopleService,
    private readonly resets: ResetsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Everybody, by name' })
  @ApiOkResponse({ example: { data: [userExample] } })
  async list(): Promise<Answer<User[]>> {
    return { data: await this.people.list() };
  }

  @Post()
  @ApiOperation({
    summary: 'Add somebody with a password',
    description: 'Better invite people: then nobody but them knows their password.',
  })
  @ApiCreatedResponse({ example: { data: { ...userExample, projects: [] } } })
  @ApiResponse(BAD)
  @ApiResponse({ status: 409, description: '`name-taken`' })
  async create(@By() author: Author, @Body() body: NewUserDto): Promise<Answer<User>> {
    return { data: await this.people.create(author, body) };
  }

  @Patch(':userId')
  @ApiOperation({
    summary: 'Disable somebody, make them an administrator, or set their password',
    description: 'Who is disabled or gets another password is signed out everywhere.',
  })
  @ApiParam(idParam)
  @ApiOkResponse({ example: { data: userExample } })
  @ApiResponse(BAD)
  @ApiResponse(UNKNOWN)
  @ApiResponse(LAST)
  async change(
    @By() author: Author,
    @Param('userId', UuidPipe) userId: string,
    @Body() body: UserChangeDto,
  ): Promise<Answer<User>> {
    return { data: await this.people.change(author, userId, body) };
  }

  @Post(':userId/reset')
  @ApiOperation({
    summary: 'Make a link by which somebody chooses a new password',
    description:
      'It works once, for 24 hours, and only the newest does. The answer is the only time that it ' +
      'is seen. Until it is taken up, the old password holds. Without PUBLIC_URL the link is a path.',
  })
  @ApiParam(idParam)
  @ApiCreatedResponse({ example: { data: resetExample } })
  @ApiResponse(UNKNOWN)
  @ApiResponse({ status: 409, description: '`user-disabled`: who is disabled has no password' })
  async reset(
    @By() author: Author,
    @Param('userId', UuidPipe) userId: string,
  ): Promise<Answer<CreatedPasswordReset>> {
    return { data: await this.resets.create(author, userId) };
  }

  @Delete(':userId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove somebody; what they did stays in the audit log' })
  @ApiParam(idParam)
  @ApiNoContentResponse({ description: 'Removed and signed out' })
  @ApiResponse(UNKNOWN)
  @ApiResponse(LAST)
  async remove(@By() author: Author, @Param('userId', UuidPipe) userId: string): Promise<void> {
    await this.people.remove(author, userId);
  }
}
