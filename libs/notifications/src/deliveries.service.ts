import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import type { Answer, NotificationDelivery } from '@app/contracts';
import { CLOCK, DomainError, isEpochMs, openCursor, sealCursor } from '@app/platform';
import type { Clock } from '@app/platform';
import { isUUID } from 'class-validator';

import { ChannelsService } from './channels.service.js';
import { DeliveryStore } from './delivery.store.js';
import type { DeliveryPosition } from './delivery.store.js';
import { DeliveryWorker } from './delivery.worker.js';
import type { DeliveriesQuery } from './dto/deliveries.query.js';

/** What was told to whom, and what people do about it. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly store: DeliveryStore,
    private readonly worker: DeliveryWorker,
    private readonly channels: ChannelsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async list(
    { projectId }: ProjectScope,
    { channelId, state, limit, cursor }: DeliveriesQuery,
  ): Promise<Required<Answer<NotificationDelivery[]>>> {
    const after = cursor === undefined ? undefined : decodeCursor(projectId, cursor);
    const filter = { projectId, channelId, state, limit, after };
    const { deliveries, next } = await this.store.list(filter);
    return { data: deliveries, page: { nextCursor: next ? encodeCursor(projectId, next) : null } };
  }

  /** @throws DomainError `unknown-delivery` (404) */
  async get({ projectId }: ProjectScope, deliveryId: string): Promise<NotificationDelivery> {
    const { deliveries } = await this.store.list({ projectId, deliveryId, limit: 1 });
    if (!deliveries[0]) throw new DomainError('unknown-delivery', 404);
    return deliveries[0];
  }

  /** @throws DomainError `unknown-delivery` (404), `delivery-not-failed` (409) */
  async retry(scope: ProjectScope, id: string): Promise<NotificationDelivery> {
    const { state } = await this.get(scope, id);
    if (!(await this.store.retry(scope.projectId, id, this.clock.now()))) {
      const detail = `The delivery is ${state}, or its channel is switched off or gone`;
      throw new DomainError('delivery-not-failed', 409, detail);
    }
    return this.get(scope, id);
  }

  /** @throws DomainError `unknown-channel` (404) */
  async test(scope: ProjectScope, channelId: string): Promise<NotificationDelivery> {
    const channel = await this.channels.row(scope, channelId);
    return this.get(scope, await this.worker.sendTest(channel, scope.slug));
  }
}

type Place = [composedAtMs: number, deliveryId: string];

const listOf = (projectId: number): unknown => ['deliveries', projectId];

export function encodeCursor(
  projectId: number,
  { composedAt, deliveryId }: DeliveryPosition,
): string {
  const place: Place = [composedAt.getTime(), deliveryId];
  return sealCursor(listOf(projectId), place);
}

/** @throws DomainError `invalid-request` (400) */
export function decodeCursor(projectId: number, cursor: string): DeliveryPosition {
  const [composedAtMs, deliveryId] = openCursor(listOf(projectId), cursor, isPlace);
  return { composedAt: new Date(composedAtMs), deliveryId };
}

function isPlace(value: unknown): value is Place {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [composedAtMs, deliveryId] = value as unknown[];
  return isEpochMs(composedAtMs) && isUUID(deliveryId);
}
