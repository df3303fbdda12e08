import { Injectable } from '@nestjs/common';
import { DomainError } from '@app/platform';
import { DataSource, IsNull } from 'typeorm';

import { ProjectEntity } from './project.entity.js';

/** The project that a request is about. */
export interface ProjectScope {
  projectId: number;
  slug: string;
  name: string;
}

/** Finds projects. Those that are archived are not there. */
@Injectable()
export class ProjectDirectory {
  private readonly known = new Map<string, ProjectScope>();
  private readonly knownIds = new Map<number, ProjectScope>();

  constructor(private readonly dataSource: DataSource) {}

  /** What is remembered of a project; undefined: ask `resolve`. */
  recall(slug: string): ProjectScope | undefined {
    return this.known.get(slug);
  }

  recallId(projectId: number): ProjectScope | undefined {
    return this.knownIds.get(projectId);
  }

  /** @throws DomainError `unknown-project` (404) */
  async resolve(slug: string): Promise<ProjectScope> {
    const cached = this.known.get(slug);
    if (cached) return cached;
    return this.remember(await this.find({ slug }), slug);
  }

  /** @throws DomainError `unknown-project` (404) */
  async resolveId(projectId: number): Promise<ProjectScope> {
    const cached = this.knownIds.get(projectId);
    if (cached) return cached;
    return this.remember(await this.find({ projectId }), '');
  }

  /** All projects, by slug. */
  async all(): Promise<ProjectScope[]> {
    const found = await this.dataSource
      .getRepository(ProjectEntity)
      .find({ where: { archivedAt: IsNull() }, order: { slug: 'ASC' } });
    return found.map(scopeOf);
  }

  /** To be called when projects were renamed or archived. */
  forget(): void {
    this.known.clear();
    this.knownIds.clear();
  }

  private find(by: { slug: string } | { projectId: number }): Promise<ProjectEntity | null> {
    const where = { ...by, archivedAt: IsNull() };
    return this.dataSource.getRepository(ProjectEntity).findOneBy(where);
  }

  private remember(found: ProjectEntity | null, slug: string): ProjectScope {
    if (!found) throw unknownProject(slug);
    const scope = scopeOf(found);
    this.known.set(scope.slug, scope);
    this.knownIds.set(scope.projectId, scope);
    return scope;
  }
}

function scopeOf({ projectId, slug, name }: ProjectEntity): ProjectScope {
  return { projectId, slug, name };
}

/** Also said of a project that somebody must not know of. */
export function unknownProject(slug: string): DomainError {
  return new DomainError('unknown-project', 404, `There is no project "${slug.slice(0, 64)}"`);
}
