import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Answer, ProjectDetail } from '@app/contracts';

import { By } from '../audit/author.js';
import type { Author } from '../audit/author.js';
import { RequiresScope } from '../guard/route-access.js';
import { NewProjectDto, ProjectChangeDto } from './project.dto.js';
import { ProjectsService } from './projects.service.js';

const example: ProjectDetail = {
  slug: 'checkout',
  name: 'Checkout agents',
  createdAt: '2026-01-31T08:00:00.000Z',
  archivedAt: null,
};
const slugParam = { name: 'slug', example: example.slug };
const UNKNOWN = { status: 404, description: '`unknown-project`' };

@ApiTags('access')
@RequiresScope('admin', { everywhere: true })
@Controller('projects')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  @Get(':slug')
  @ApiOperation({ summary: 'A project, archived or not' })
  @ApiParam(slugParam)
  @ApiOkResponse({ example: { data: example } })
  @ApiResponse(UNKNOWN)
  async find(@Param('slug') slug: string): Promise<Answer<ProjectDetail>> {
    return { data: await this.projects.find(slug) };
  }

  @Post()
  @ApiOperation({ summary: 'Make a project' })
  @ApiCreatedResponse({ example: { data: example } })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse({ status: 409, description: '`name-taken`' })
  async create(@By() author: Author, @Body() body: NewProjectDto): Promise<Answer<ProjectDetail>> {
    return { data: await this.projects.create(author, body.slug, body.name) };
  }

  @Patch(':slug')
  @ApiOperation({
    summary: 'Rename, archive or restore a project',
    description: 'The slug stays. An archived project is unknown (404) to all other routes.',
  })
  @ApiParam(slugParam)
  @ApiOkResponse({ example: { data: example } })
  @ApiResponse({ status: 400, description: '`invalid-request`' })
  @ApiResponse(UNKNOWN)
  @ApiResponse({ status: 409, description: '`last-project`' })
  async change(
    @By() author: Author,
    @Param('slug') slug: string,
    @Body() body: ProjectChangeDto,
  ): Promise<Answer<ProjectDetail>> {
    return { data: await this.projects.change(author, slug, body) };
  }
}
