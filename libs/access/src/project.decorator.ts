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
    description: 'Slug of the project; also accepted as header `X-Project`',
    default: 'default',
    example: 'sample',
  })
  @IsOptional()
  @Matches(PROJECT_SLUG_PATTERN, {
    message: 'project must be a slug: a–z, 0–9 and hyphens, at most 63',
  })
  project?: string;
}

/** Slug to scope, by way of the directory. */
@Injectable()
export class ProjectPipe implements PipeTransform<string, Promise<ProjectScope>> {
  constructor(private readonly directory: ProjectDirectory) {}

  transform(slug: string): Promise<ProjectScope> {
    if (!PROJECT_SLUG_PATTERN.test(slug)) {
      throw invalidRequest([{ path: 'project', code: 'invalid-value', detail: 'is not a slug' }]);
    }
    return this.directory.resolve(slug);
  }
}

const projectSlug = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { project } = request.query as { project?: unknown };
  const slug = project ?? request.headers['x-project'] ?? 'default';
  // Given twice it is an array, which is no slug.
  return typeof slug === 'string' ? slug : '';
});

/** Injects the `ProjectScope` of the request into a handler. */
export const Project = (): ParameterDecorator => projectSlug(ProjectPipe);
