import { randomUUID } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import { WORKSPACE_LIMITS as MOST } from '@app/contracts';
import type { Dashboard, DashboardFile, DashboardInput, DashboardSummary } from '@app/contracts';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock, VersionCondition } from '@app/platform';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { DashboardEntity } from './dashboard.entity.js';

/** The dashboards of a project, as people make them. */
@Injectable()
export class DashboardsService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** By name. */
  async list({ projectId }: ProjectScope): Promise<DashboardSummary[]> {
    const order = { name: 'ASC', id: 'ASC' } as const;
    const found = await this.dataSource
      .getRepository(DashboardEntity)
      .find({ where: { projectId }, order });
    return found.map((row) => {
      const { panels, ...rest } = toDashboard(row);
      return { ...rest, panelCount: panels.length };
    });
  }

  /** @throws DomainError `unknown-dashboard` (404) */
  async get({ projectId }: ProjectScope, id: string): Promise<Dashboard> {
    const row = await this.dataSource
      .getRepository(DashboardEntity)
      .findOneBy({ projectId, id: id.toLowerCase() });
    if (!row) throw unknown();
    return toDashboard(row);
  }

  /** @throws DomainError `dashboard-exists`, `too-many-dashboards` (409), `body-too-large` (413) */
  async create(
    { projectId }: ProjectScope,
    input: DashboardInput & { id?: string },
    by: string,
  ): Promise<Dashboard> {
    const id = (input.id ?? randomUUID()).toLowerCase();
    const now = this.clock.now();
    const row = { ...document(input), id, projectId, version: 1, createdAt: now };
    const entity = { ...row, updatedAt: now, updatedBy: by };
    return this.dataSource.transaction(async (manager) => {
      await lockProject(manager, projectId);
      const count = await manager.countBy(DashboardEntity, { projectId });
      if (count >= MOST.dashboards) {
        throw new DomainError('too-many-dashboards', 409, `at most ${MOST.dashboards}`);
      }
      // Also one of another project: an id names one dashboard only.
      const taken = await manager.existsBy(DashboardEntity, { id });
      if (taken) throw new DomainError('dashboard-exists', 409);
      await manager.insert(DashboardEntity, entity);
      return toDashboard(entity);
    });
  }

  /** @throws DomainError `unknown-dashboard` (404), `precondition-failed` (412) */
  async replace(
    { projectId }: ProjectScope,
    id: string,
    input: DashboardInput,
    condition: VersionCondition | null,
    by: string,
  ): Promise<Dashboard> {
    const changed = document(input);
    return this.dataSource.transaction(async (manager) => {
      const row = await locked(manager, projectId, id, condition);
      const after = { ...changed, version: row.version + 1, updatedAt: this.clock.now() };
      await manager.update(DashboardEntity, { id: row.id }, { ...after, updatedBy: by });
      return toDashboard({ ...row, ...after, updatedBy: by });
    });
  }

  /** @throws DomainError `unknown-dashboard` (404), `precondition-failed` (412) */
  async remove(
    { projectId }: ProjectScope,
    id: string,
    condition: VersionCondition | null,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const row = await locked(manager, projectId, id, condition);
      await manager.delete(DashboardEntity, { id: row.id });
    });
  }
}

/** What of a dashboard a file holds. */
export function toFile({ name, description, panels }: Dashboard): DashboardFile {
  return { schema: 'apt-dashboard/1', name, description, panels };
}

/** What is stored of an input, field by field: nothing else gets in. */
function document(input: DashboardInput): Pick<DashboardEntity, 'name' | 'description' | 'panels'> {
  const panels = input.panels.map(
    ({ kind, title, metrics, by, agentIds, agentType, complexity, width, height }) => ({
      kind,
      title,
      metrics,
      by,
      agentIds,
      agentType,
      complexity,
      width,
      height,
    }),
  );
  const { name, description = '' } = input;
  const bytes = Buffer.byteLength(JSON.stringify({ name, description, panels }));
  if (bytes > MOST.documentBytes) {
    const detail = `A dashboard has at most ${MOST.documentBytes} bytes, this one has ${bytes}`;
    throw new DomainError('body-too-large', 413, detail);
  }
  return { name: name.trim(), description, panels };
}

/** Counting and adding are one step. */
export async function lockProject(manager: EntityManager, projectId: number): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock(764600, $1)', [projectId]);
}

async function locked(
  manager: EntityManager,
  projectId: number,
  id: string,
  condition: VersionCondition | null,
): Promise<DashboardEntity> {
  const row = await manager.findOne(DashboardEntity, {
    where: { projectId, id: id.toLowerCase() },
    lock: { mode: 'pessimistic_write' },
  });
  if (!row) throw unknown();
  requireVersion(row.version, condition);
  return row;
}

/** @throws DomainError `precondition-failed` (412) */
export function requireVersion(version: number, condition: VersionCondition | null): void {
  if (Array.isArray(condition) && !condition.includes(version)) {
    throw new DomainError('precondition-failed', 412, `It is at version ${version} by now`);
  }
}

function unknown(): DomainError {
  return new DomainError('unknown-dashboard', 404);
}

function toDashboard(row: DashboardEntity): Dashboard {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    panels: row.panels,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    updatedBy: row.updatedBy,
  };
}
