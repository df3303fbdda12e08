import { randomUUID } from 'node:crypto';

import { Inject, Injectable } from '@nestjs/common';
import type { Principal, ProjectScope } from '@app/access';
import { WORKSPACE_LIMITS as MOST } from '@app/contracts';
import type { SavedView, SavedViewInput, ViewPage } from '@app/contracts';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock, VersionCondition } from '@app/platform';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { lockProject, requireVersion } from './dashboards.service.js';
import { SavedViewEntity } from './saved-view.entity.js';

/** What of a page people keep under a name, for themselves or for all. */
@Injectable()
export class ViewsService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** One's own and the shared ones, by name. */
  async list(
    { projectId }: ProjectScope,
    caller: Principal,
    page?: ViewPage,
  ): Promise<SavedView[]> {
    const owner = ownerOf(caller);
    const about = { projectId, ...(page && { page }) };
    const found = await this.dataSource.getRepository(SavedViewEntity).find({
      where: [
        { ...about, owner },
        { ...about, shared: true },
      ],
      order: { name: 'ASC', id: 'ASC' },
    });
    return found.map((row) => toView(row, owner));
  }

  /** @throws DomainError `forbidden` (403), `too-many-views` (409) */
  async create(scope: ProjectScope, input: SavedViewInput, caller: Principal): Promise<SavedView> {
    const { projectId } = scope;
    if (input.shared) requireOperator(caller, projectId);
    const owner = ownerOf(caller);
    const row = {
      ...contentOf(input),
      id: randomUUID(),
      projectId,
      owner,
      createdBy: caller.name,
      version: 1,
      updatedAt: this.clock.now(),
    };
    return this.dataSource.transaction(async (manager) => {
      await lockProject(manager, projectId);
      if ((await manager.countBy(SavedViewEntity, { projectId })) >= MOST.views) {
        throw new DomainError('too-many-views', 409, `at most ${MOST.views}`);
      }
      if (row.isDefault) await clearDefault(manager, row);
      await manager.insert(SavedViewEntity, row);
      return toView(row, owner);
    });
  }

  /** @throws DomainError `forbidden` (403), `unknown-view` (404), `precondition-failed` (412) */
  async replace(
    { projectId }: ProjectScope,
    id: string,
    input: SavedViewInput,
    condition: VersionCondition | null,
    caller: Principal,
  ): Promise<SavedView> {
    return this.dataSource.transaction(async (manager) => {
      await lockProject(manager, projectId);
      const row = await this.editable(manager, projectId, id, condition, caller);
      if (input.shared) requireOperator(caller, projectId);
      const changed = {
        ...contentOf(input),
        version: row.version + 1,
        updatedAt: this.clock.now(),
      };
      const after = { ...row, ...changed };
      if (after.isDefault) await clearDefault(manager, after);
      await manager.update(SavedViewEntity, { id: row.id }, changed);
      return toView(after, ownerOf(caller));
    });
  }

  /** @throws DomainError `forbidden` (403), `unknown-view` (404), `precondition-failed` (412) */
  async remove(
    { projectId }: ProjectScope,
    id: string,
    condition: VersionCondition | null,
    caller: Principal,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const row = await this.editable(manager, projectId, id, condition, caller);
      await manager.delete(SavedViewEntity, { id: row.id });
    });
  }

  /** One's own, or a shared one for who may share. Others' private ones do not exist. */
  private async editable(
    manager: EntityManager,
    projectId: number,
    id: string,
    condition: VersionCondition | null,
    caller: Principal,
  ): Promise<SavedViewEntity> {
    const row = await manager.findOne(SavedViewEntity, {
      where: { projectId, id: id.toLowerCase() },
      lock: { mode: 'pessimistic_write' },
    });
    const own = row?.owner === ownerOf(caller);
    if (!row || (!own && !row.shared)) throw new DomainError('unknown-view', 404);
    if (!own) requireOperator(caller, projectId);
    requireVersion(row.version, condition);
    return row;
  }
}

function contentOf(input: SavedViewInput): SavedViewInput {
  const { page, name, parameters, shared, isDefault } = input;
  return { page, name: name.trim(), parameters: { ...parameters }, shared, isDefault };
}

/** A page opens in one way only. */
async function clearDefault(
  manager: EntityManager,
  { projectId, page, owner }: Pick<SavedViewEntity, 'projectId' | 'page' | 'owner'>,
): Promise<void> {
  await manager.update(
    SavedViewEntity,
    { projectId, page, owner, isDefault: true },
    { isDefault: false },
  );
}

/** Who nobody was asked about is one and the same. */
function ownerOf({ kind, id }: Principal): string {
  return id === null ? kind : `${kind}:${id}`;
}

function requireOperator(caller: Principal, projectId: number): void {
  if (caller.may(projectId, 'operate')) return;
  throw new DomainError('forbidden', 403, 'Sharing needs the scope operate in this project');
}

function toView(row: SavedViewEntity, owner: string): SavedView {
  return {
    id: row.id,
    page: row.page,
    name: row.name,
    parameters: row.parameters,
    shared: row.shared,
    // Whose page opens so is nobody else's business.
    isDefault: row.isDefault && row.owner === owner,
    own: row.owner === owner,
    createdBy: row.createdBy,
    version: row.version,
    updatedAt: row.updatedAt.toISOString(),
  };
}
