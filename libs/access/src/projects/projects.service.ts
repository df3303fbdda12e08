import { Inject, Injectable } from '@nestjs/common';
import type { ProjectDetail } from '@app/contracts';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import { AccessLedger } from '../audit/access.ledger.js';
import type { Query } from '../audit/audit.trail.js';
import type { Author } from '../audit/author.js';
import { unknownProject } from './project.directory.js';

interface ProjectRow {
  project_id: number;
  slug: string;
  name: string;
  created_at: Date;
  archived_at: Date | null;
}

const SELECT = 'SELECT project_id, slug, name, created_at, archived_at FROM projects';

/** Makes, renames and archives projects. Their slugs stay, because agents send them. */
@Injectable()
export class ProjectsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: AccessLedger,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Archived ones included. */
  async list(): Promise<ProjectDetail[]> {
    const rows = await this.dataSource.query<ProjectRow[]>(`${SELECT} ORDER BY slug`);
    return rows.map(detailOf);
  }

  /** @throws DomainError `unknown-project` */
  async find(slug: string): Promise<ProjectDetail> {
    const [row] = await this.dataSource.query<ProjectRow[]>(`${SELECT} WHERE slug = $1`, [slug]);
    if (!row) throw unknownProject(slug);
    return detailOf(row);
  }

  /** @throws DomainError `name-taken` (409) */
  create(author: Author, slug: string, name: string): Promise<ProjectDetail> {
    return this.ledger.change(author, async (query) => {
      if (await rowOf(query, slug)) {
        throw new DomainError('name-taken', 409, `There is a project "${slug}", maybe archived`);
      }
      await query(
        `INSERT INTO projects (project_id, slug, name, created_at)
         SELECT coalesce(max(project_id), 0) + 1, $1, $2, $3 FROM projects`,
        [slug, name, this.clock.now()],
      );
      const made = (await rowOf(query, slug)) as ProjectRow;
      const after = detailOf(made);
      const change = { action: 'project.create', subject: slug, projectId: made.project_id, after };
      return { result: after, change };
    });
  }

  /** @throws DomainError `unknown-project`, `last-project` (409) */
  change(
    author: Author,
    slug: string,
    wanted: { name?: string; archived?: boolean },
  ): Promise<ProjectDetail> {
    return this.ledger.change(author, async (query) => {
      const row = await rowOf(query, slug);
      if (!row) throw unknownProject(slug);
      const archivedAt = this.archivedAt(row, wanted.archived);
      if (archivedAt && !row.archived_at) await requireAnother(query);
      await query('UPDATE projects SET name = $2, archived_at = $3 WHERE slug = $1', [
        slug,
        wanted.name ?? row.name,
        archivedAt,
      ]);
      const before = detailOf(row);
      const after = detailOf((await rowOf(query, slug)) as ProjectRow);
      const subject = { subject: slug, projectId: row.project_id };
      return { result: after, change: { action: 'project.change', ...subject, before, after } };
    });
  }

  private archivedAt(row: ProjectRow, archived: boolean | undefined): Date | null {
    if (archived === undefined) return row.archived_at;
    return archived ? (row.archived_at ?? this.clock.now()) : null;
  }
}

async function rowOf(query: Query, slug: string): Promise<ProjectRow | undefined> {
  const [row] = await query<ProjectRow>(`${SELECT} WHERE slug = $1`, [slug]);
  return row;
}

async function requireAnother(query: Query): Promise<void> {
  const [row] = await query<{ n: number }>(
    'SELECT count(*)::integer AS n FROM projects WHERE archived_at IS NULL',
  );
  if ((row?.n ?? 0) <= 1) throw new DomainError('last-project', 409);
}

function detailOf(row: ProjectRow): ProjectDetail {
  return {
    slug: row.slug,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    archivedAt: row.archived_at?.toISOString() ?? null,
  };
}
