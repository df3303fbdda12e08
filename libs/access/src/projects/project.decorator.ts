import { Injectable, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext, PipeTransform } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { PROJECT_SLUG_PATTERN } from '@app/contracts';
import { invalidRequest } from '@app/platform';
import { IsOptional, Matches } from 'class-validator';
import type { FastifyRequest } from 'fastify';

import { ProjectDirectory } from './project.directory.js';
import type { ProjectScope } from './project.directory.js';

/** Base of every query: which project it is about. */
export class ProjectQuery {
  @ApiPropertyOptional({
    description:
      'Slug of the project; also accepted as header `X-Project`. A key of one project need not name it',
    default: 'default',
    example: 'sample',
  })
  @IsOptional()
  @Matches(PROJECT_SLUG_PATTERN, {
    message: 'project must be a slug: a–z, 0–9 and hyphens, at most 63',
  })
  project?: string;
}

/** Slug to scope, by way of the directory; a scope that the guard has found already stays. */
@Injectable()
export class ProjectPipe implements PipeTransform<string | ProjectScope, Promise<ProjectScope>> {
  constructor(private readonly directory: ProjectDirectory) {}

  transform(wanted: string | ProjectScope): Promise<ProjectScope> {
    if (typeof wanted !== 'string') return Promise.resolve(wanted);
    if (!PROJECT_SLUG_PATTERN.test(wanted)) {
      throw invalidRequest([{ path: 'project', code: 'invalid-value', detail: 'is not a slug' }]);
    }
    return this.directory.resolve(wanted);
  }
}

const wantedProject = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  if (request.access?.project) return request.access.project;
  const { project } = request.query as { project?: unknown };
  const slug = project ?? request.headers['x-project'] ?? 'default';
  // Given twice it is an array, which is no slug.
  return typeof slug === 'string' ? slug : '';
});

/** Injects the `ProjectScope` of the request into a handler. */
export const Project = (): ParameterDecorator => wantedProject(ProjectPipe);
