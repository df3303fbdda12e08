import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import type { Silence, SilenceInput } from '@app/contracts';
import { CLOCK, DomainError, invalidRequest } from '@app/platform';
import type { Clock, VersionCondition } from '@app/platform';

import { SilenceBook } from './silence.book.js';
import { isActive } from './silence.matching.js';
import { SilenceStore } from './silence.store.js';
import type { SilenceDefinition, StoredSilence } from './silence.store.js';

const MAX_SILENCES = 500;
const MAX_SPAN_MS = 5 * 366 * 24 * 3_600_000;

/** What people do to silences and maintenance windows. */
@Injectable()
export class SilencesService {
  private readonly logger = new Logger(SilencesService.name);

  constructor(
    private readonly store: SilenceStore,
    private readonly book: SilenceBook,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Those that end last first; ended ones, too. */
  async list({ projectId }: ProjectScope): Promise<Silence[]> {
    const silences = await this.store.list(projectId, 2 * MAX_SILENCES);
    return silences.map((silence) => this.shown(silence));
  }

  /** @throws DomainError `unknown-silence` (404) */
  async get({ projectId }: ProjectScope, id: string): Promise<Silence> {
    const silence = await this.store.find(projectId, id);
    if (!silence) throw new DomainError('unknown-silence', 404);
    return this.shown(silence);
  }

  /** @throws DomainError `invalid-request` (400), `too-many-silences` (409) */
  async create({ projectId }: ProjectScope, input: SilenceInput): Promise<Silence> {
    const definition = definitionOf(input);
    const now = this.clock.now();
    const live = await this.store.live(now);
    if (live.filter((one) => one.projectId === projectId).length >= MAX_SILENCES) {
      throw new DomainError('too-many-silences', 409);
    }
    const author = input.author ?? 'user';
    return this.changed(await this.store.create(projectId, definition, author, now));
  }

  /** @throws DomainError `unknown-silence` (404), `invalid-request` (400), `precondition-failed` (412) */
  async change(
    scope: ProjectScope,
    id: string,
    input: SilenceInput,
    condition: VersionCondition | null,
  ): Promise<Silence> {
    const now = this.clock.now();
    const definition = definitionOf(input);
    const changed = await this.store.change(scope.projectId, id, definition, condition, now);
    if (!changed) throw await this.whyNot(scope, id);
    return this.changed(changed);
  }

  /** @throws DomainError `unknown-silence` (404), `precondition-failed` (412) */
  async remove(scope: ProjectScope, id: string, condition: VersionCondition | null): Promise<void> {
    const removed = await this.store.remove(scope.projectId, id, condition);
    if (!removed) throw await this.whyNot(scope, id);
    await this.book.refresh();
    this.logger.log({ event: 'alerts.silence.deleted', id });
  }

  private async changed(silence: StoredSilence): Promise<Silence> {
    await this.book.refresh();
    this.logger.log({ event: 'alerts.silence.changed', id: silence.id });
    return this.shown(silence);
  }

  private async whyNot(scope: ProjectScope, id: string): Promise<DomainError> {
    await this.get(scope, id);
    const detail = 'The silence has another version now: read it again';
    return new DomainError('precondition-failed', 412, detail);
  }

  private shown({ projectId: _, ...silence }: StoredSilence): Silence {
    const now = this.clock.now();
    const over = Date.parse(silence.endsAt) <= now.getTime();
    const state = isActive(silence, now) ? 'active' : over ? 'expired' : 'scheduled';
    return { ...silence, state };
  }
}

function definitionOf(input: SilenceInput): SilenceDefinition {
  const spanMs = Date.parse(input.endsAt) - Date.parse(input.startsAt);
  if (!(spanMs > 0 && spanMs <= MAX_SPAN_MS)) {
    const detail = 'must be after startsAt, by at most five years';
    throw invalidRequest([{ path: 'endsAt', code: 'invalid-value', detail }]);
  }
  const { matchers, startsAt, endsAt, recurrence = null, comment = '' } = input;
  return { matchers, startsAt, endsAt, recurrence, comment };
}
