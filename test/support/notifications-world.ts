import { randomBytes, randomUUID } from 'node:crypto';

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Alert, NotificationChannel, NotificationDelivery, Problem } from '@app/contracts';
import { NotificationOutbox, NotificationsModule } from '@app/notifications';
import type { AlertNotice } from '@app/notifications';
import { CONFIG } from '@app/platform';
import type { AppConfig } from '@app/platform';
import type { DataSource } from 'typeorm';

import { DeliveryLimits } from '../../libs/notifications/src/delivery.limits.js';
import { DeliveryWorker } from '../../libs/notifications/src/delivery.worker.js';
import { bootRooms } from './boot-rooms.js';
import { HttpReceiver } from './receivers.js';

export const START = Date.parse('2026-11-22T12:00:00Z');
export const SECRET = `whsec_${randomBytes(32).toString('base64')}`;

/** Body of a webhook. */
export interface HookBody {
  type: string;
  data: {
    deliveryId: string;
    title: string;
    alertCount: number;
    omittedCount: number;
    openCount: number;
    test: boolean;
    notices: { transition: string; alert: { id: string } }[];
  };
}

export interface Paged<T> {
  status: number;
  etag: string | undefined;
  text: string;
  problem: Problem;
  data: T;
  page: { nextCursor: string | null };
}

/** The notifications room with a clock to turn, and receivers on loopback that it may reach. */
export class NotificationsWorld {
  nowMs = START;
  app!: NestFastifyApplication;
  dataSource!: DataSource;
  worker!: DeliveryWorker;
  limits!: DeliveryLimits;
  private readonly receivers: { close(): Promise<void> }[] = [];
  private readonly allowed: string[] = [];
  private closeRooms!: () => Promise<void>;

  static async boot(): Promise<NotificationsWorld> {
    const world = new NotificationsWorld();
    const rooms = await bootRooms([NotificationsModule], { now: () => new Date(world.nowMs) });
    world.app = rooms.app;
    world.dataSource = rooms.dataSource;
    world.closeRooms = rooms.close;
    world.worker = rooms.app.get(DeliveryWorker);
    world.limits = rooms.app.get(DeliveryLimits);
    const config = { secretKey: randomBytes(32), notifyAllowHosts: world.allowed };
    Object.assign(rooms.app.get<object>(CONFIG), config);
    return world;
  }

  async close(): Promise<void> {
    await Promise.all(this.receivers.map((receiver) => receiver.close()));
    await this.closeRooms();
  }

  /** Changes what the environment decides. */
  set(config: Partial<AppConfig>): void {
    Object.assign(this.app.get<object>(CONFIG), config);
  }

  /** No channels, and nothing was told yet. */
  async reset(): Promise<void> {
    this.limits.timeoutMs = 10_000;
    await this.worker.idle();
    await this.dataSource.query(
      `TRUNCATE notification_channels, notification_outbox, notification_deliveries,
         notification_open_alerts`,
    );
  }

  async receiver(): Promise<HttpReceiver> {
    return this.allow(await HttpReceiver.listen());
  }

  allow<T extends { address: string; close(): Promise<void> }>(receiver: T): T {
    this.receivers.push(receiver);
    this.allowed.push(receiver.address);
    return receiver;
  }

  allowHost(entry: string): void {
    this.allowed.push(entry);
  }

  async send<T>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    payload?: object,
    headers = {},
  ): Promise<Paged<T>> {
    const url = `/notifications${path}`;
    const answer = await this.app.inject({ method, url, headers, ...(payload && { payload }) });
    const { statusCode: status, headers: got, body: text } = answer;
    const body = (text === '' ? {} : answer.json()) as Pick<Paged<T>, 'data' | 'page'>;
    const etag = got.etag;
    return { status, etag, text, problem: body as unknown as Problem, ...body };
  }

  /** A channel that tells at once and without a cap, unless said otherwise. */
  async channel(input: Record<string, unknown>): Promise<NotificationChannel> {
    const payload = {
      name: `channel ${randomUUID()}`,
      groupWaitSeconds: 0,
      groupIntervalSeconds: 0,
      maxPerMinute: 600,
      ...input,
    };
    const { status, data, text } = await this.send<NotificationChannel>(
      'POST',
      '/channels',
      payload,
    );
    if (status !== 201) throw new Error(text);
    return data;
  }

  webhook(
    receiver: HttpReceiver,
    input: Record<string, unknown> = {},
  ): Promise<NotificationChannel> {
    const settings = { url: receiver.url('/hook'), secret: SECRET };
    return this.channel({ kind: 'webhook', settings, ...input });
  }

  /** Leaves notices in a transaction of its own, as alerts do. */
  async enqueue(...notices: AlertNotice[]): Promise<void> {
    await this.dataSource.transaction((manager) =>
      this.app
        .get(NotificationOutbox)
        .enqueue((sql, parameters) => manager.query(sql, parameters), notices),
    );
  }

  aNotice(change: Partial<AlertNotice> & { on?: Partial<Alert> } = {}): AlertNotice {
    const { on, ...rest } = change;
    const at = new Date(this.nowMs);
    const alert: Alert = {
      id: `1~${randomUUID()}`,
      project: 'default',
      type: 'slow_execution',
      severity: 'warning',
      state: 'firing',
      agentId: 'planner-1',
      agentName: 'Planner 1',
      agentType: 'orchestrator',
      taskType: 'default',
      complexity: 3,
      thresholdValue: 1800,
      actualValue: 2000,
      unit: 'ms',
      message: 'Planner 1 took 2 s',
      count: 1,
      firedAt: at.toISOString(),
      lastSeenAt: at.toISOString(),
      resolvedAt: null,
      resolvedBy: null,
      resolveReason: null,
      executionId: null,
      ...on,
    };
    const project = { projectId: 1, project: 'default' };
    return {
      noticeId: randomUUID(),
      ...project,
      transition: 'fired',
      alert,
      occurredAt: at,
      ...rest,
    };
  }

  /** The same alert, later. */
  later(notice: AlertNotice, transition: AlertNotice['transition']): AlertNotice {
    return { ...notice, noticeId: randomUUID(), transition, occurredAt: new Date(this.nowMs) };
  }

  /** Lets the worker do all that is due now. */
  async deliver(): Promise<void> {
    await this.worker.tick();
    await this.worker.idle();
  }

  async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    await this.deliver();
  }

  async deliveries(query = ''): Promise<NotificationDelivery[]> {
    return (await this.send<NotificationDelivery[]>('GET', `/deliveries?limit=1000&${query}`)).data;
  }

  async deliveriesOf(channel: NotificationChannel): Promise<NotificationDelivery[]> {
    return this.deliveries(`channelId=${channel.id}`);
  }
}
