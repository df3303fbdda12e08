import { randomUUID } from 'node:crypto';

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import type { ChannelChange, NewChannel, NotificationChannel } from '@app/contracts';
import { CLOCK, DomainError, invalidRequest } from '@app/platform';
import type { Clock, VersionCondition } from '@app/platform';

import { AddressGuard } from './address-guard.js';
import { toChannel } from './channel.js';
import type { ChannelRow } from './channel.js';
import { checkSettings, hintsOf } from './channel-settings.js';
import type { CheckedSettings } from './channel-settings.js';
import { ChannelStore } from './channel.store.js';
import { SecretBox, UnreadableSecrets } from './secret-box.js';

const MAX_CHANNELS = 100;

/** What a channel is that only says its name, kind and destination. */
const DEFAULTS: Pick<
  ChannelRow,
  | 'enabled'
  | 'send_resolved'
  | 'filter'
  | 'group_by'
  | 'group_wait_ms'
  | 'group_interval_ms'
  | 'max_per_minute'
> = {
  enabled: true,
  send_resolved: true,
  filter: {},
  group_by: 'rule',
  group_wait_ms: 10_000,
  group_interval_ms: 60_000,
  max_per_minute: 20,
};

/** The channels of a project, as people set them up. */
@Injectable()
export class ChannelsService {
  private readonly logger = new Logger(ChannelsService.name);

  constructor(
    private readonly store: ChannelStore,
    private readonly box: SecretBox,
    private readonly guard: AddressGuard,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Sorted by name. */
  async list({ projectId }: ProjectScope): Promise<NotificationChannel[]> {
    return (await this.store.list(projectId)).map(toChannel);
  }

  /** @throws DomainError `unknown-channel` (404) */
  async get(scope: ProjectScope, id: string): Promise<NotificationChannel> {
    return toChannel(await this.row(scope, id));
  }

  /** @throws DomainError `unknown-channel` (404) */
  async row({ projectId }: ProjectScope, id: string): Promise<ChannelRow> {
    const row = await this.store.find(projectId, id);
    if (!row) throw new DomainError('unknown-channel', 404);
    return row;
  }

  /** @throws DomainError `invalid-request` (400), `channel-name-taken`, `too-many-channels` (409) */
  async create({ projectId }: ProjectScope, input: NewChannel): Promise<NotificationChannel> {
    const checked = checkSettings(input.kind, input.settings, null, this.guard);
    if ('problems' in checked) throw invalidRequest(checked.problems);
    if ((await this.store.count(projectId)) >= MAX_CHANNELS) {
      throw new DomainError('too-many-channels', 409, `A project has at most ${MAX_CHANNELS}`);
    }
    const now = this.clock.now();
    const id = randomUUID();
    const row: ChannelRow = {
      ...DEFAULTS,
      ...this.changed(input),
      ...this.sealed(id, checked),
      channel_id: id,
      project_id: projectId,
      name: input.name,
      kind: input.kind,
      version: 1,
      created_at: now,
      updated_at: now,
    };
    if (!(await this.store.create(row))) throw nameTaken(input.name);
    this.logger.log({ event: 'channel.created', id, kind: row.kind });
    return toChannel(row);
  }

  /**
   * Changes what is given and keeps the rest.
   * @throws DomainError `unknown-channel` (404), `precondition-failed` (412), `invalid-request`
   *   (400), `channel-name-taken` (409)
   */
  async change(
    { projectId }: ProjectScope,
    id: string,
    input: ChannelChange,
    condition: VersionCondition | null,
  ): Promise<NotificationChannel> {
    const saved = await this.store.change(projectId, id, (before) => {
      if (Array.isArray(condition) && !condition.includes(before.version)) throw changedElsewhere();
      return {
        ...before,
        ...this.changed(input),
        ...(input.settings && this.sealed(id, this.checkedAgain(before, input.settings))),
        version: before.version + 1,
        updated_at: this.clock.now(),
      };
    });
    if (saved === null) throw new DomainError('unknown-channel', 404);
    if (saved === 'name-taken') throw nameTaken(input.name ?? '');
    this.logger.log({ event: 'channel.changed', id, version: saved.version });
    return toChannel(saved);
  }

  /** @throws DomainError `unknown-channel` (404), `precondition-failed` (412) */
  async remove(
    { projectId }: ProjectScope,
    id: string,
    condition: VersionCondition | null,
  ): Promise<void> {
    const removed = await this.store.remove(projectId, id, condition, this.clock.now());
    if (removed === null) throw new DomainError('unknown-channel', 404);
    if (!removed) throw changedElsewhere();
    this.logger.log({ event: 'channel.deleted', id });
  }

  private checkedAgain(before: ChannelRow, given: Record<string, unknown>): CheckedSettings {
    const known = { settings: before.settings, secrets: this.openedOrNone(before) };
    const checked = checkSettings(before.kind, given, known, this.guard);
    if ('problems' in checked) throw invalidRequest(checked.problems);
    return checked;
  }

  /** Secrets that no longer open are as good as none: they have to be given again. */
  private openedOrNone(row: ChannelRow): Record<string, string> {
    if (row.sealed_secrets === null) return {};
    try {
      return this.box.open(row.sealed_secrets, row.channel_id);
    } catch (error) {
      if (error instanceof UnreadableSecrets) return {};
      throw error;
    }
  }

  private sealed(
    id: string,
    { settings, secrets }: CheckedSettings,
  ): Pick<ChannelRow, 'settings' | 'sealed_secrets' | 'secret_hints'> {
    const empty = Object.keys(secrets).length === 0;
    return {
      settings,
      sealed_secrets: empty ? null : this.box.seal(secrets, id),
      secret_hints: hintsOf(secrets),
    };
  }

  private changed(input: ChannelChange): Partial<ChannelRow> {
    const { name, enabled, sendResolved, filter, groupBy, maxPerMinute } = input;
    const { groupWaitSeconds: wait, groupIntervalSeconds: interval } = input;
    return {
      ...(name !== undefined && { name }),
      ...(enabled !== undefined && { enabled }),
      ...(sendResolved !== undefined && { send_resolved: sendResolved }),
      ...(filter !== undefined && { filter: { ...filter } }),
      ...(groupBy !== undefined && { group_by: groupBy }),
      ...(wait !== undefined && { group_wait_ms: wait * 1000 }),
      ...(interval !== undefined && { group_interval_ms: interval * 1000 }),
      ...(maxPerMinute !== undefined && { max_per_minute: maxPerMinute }),
    };
  }
}

function nameTaken(name: string): DomainError {
  return new DomainError('channel-name-taken', 409, `There is a channel "${name}" already`);
}

function changedElsewhere(): DomainError {
  const detail = 'The channel has another version now: read it again';
  return new DomainError('precondition-failed', 412, detail);
}
