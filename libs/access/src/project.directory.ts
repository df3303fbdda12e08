import { Injectable } from '@nestjs/common';
import { DomainError } from '@app/platform';
import { DataSource } from 'typeorm';

import { ProjectEntity } from './project.entity.js';

/** The project that a request is about. */
export interface ProjectScope {
  projectId: number;
  slug: string;
  name: string;
}

/** Finds projects by slug. Projects are never renamed, so what was found stays true. */
@Injectable()
export class ProjectDirectory {
  private readonly known = new Map<string, ProjectScope>();

  constructor(private readonly dataSource: DataSource) {}

  /** @throws DomainError `unknown-project` (404) */
  async resolve(slug: string): Promise<ProjectScope> {
    const cached = this.known.get(slug);
    if (cached) return cached;
    const found = await this.dataSource.getRepository(ProjectEntity).findOneBy({ slug });
    if (!found) {
      throw new DomainError('unknown-project', 404, `There is no project "${slug.slice(0, 64)}"`);
    }
    const scope = { projectId: found.projectId, slug: found.slug, name: found.name };
    this.known.set(slug, scope);
    return scope;
  }
}
