import { Inject, Injectable, Logger } from '@nestjs/common';
import { LIVE_REQUEST_SCOPES } from '@app/contracts';
import type { LiveRequests, LiveSubscription } from '@app/contracts';
import { CLOCK, DomainError } from '@app/platform';
import type { Clock } from '@app/platform';

import type { LiveClient } from './live.client.js';
import { LiveFrame } from './live.frame.js';
import { LiveHub } from './live.hub.js';
import { LIVE_LIMITS } from './live.limits.js';
import { LIVE_QUERIES } from './live.queries.js';
import type { LiveQueries } from './live.queries.js';
import { LiveSnapshots } from './live.snapshots.js';
import {
  readAgentMetrics,
  readIngest,
  readPing,
  readRequestId,
  readSubscription,
  readTrends,
} from './request.reader.js';

export type LiveAnswer = LiveFrame<'reply'> | LiveFrame<'pong'> | LiveFrame<'error'>;

/** Answers what clients ask, the same through both doors. Never throws: a failure is an answer. */
@Injectable()
export class LiveDesk {
  private readonly logger = new Logger(LiveDesk.name);

  constructor(
    private readonly hub: LiveHub,
    private readonly snapshots: LiveSnapshots,
    @Inject(LIVE_QUERIES) private readonly queries: LiveQueries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Counts a message. False: the client asked too much and has been closed; drop the message. */
  admit(client: LiveClient): boolean {
    return client.admit(this.clock.now().getTime());
  }

  async ask(client: LiveClient, type: string, parameters: unknown): Promise<LiveAnswer> {
    const requestId = readRequestId(parameters);
    const id = requestId === undefined ? {} : { requestId };
    try {
      requireScope(client, type);
      switch (type) {
        case 'ping':
          readPing(parameters);
          return new LiveFrame('pong', { ...id, serverTime: this.clock.now().toISOString() });
        case 'subscribe':
          return this.subscribe(client, readSubscription(parameters), id);
        case 'getAgentMetrics': {
          const { agentId } = readAgentMetrics(parameters);
          const query = (): Promise<unknown> => this.queries.agentMetrics(client.project, agentId);
          return new LiveFrame('reply', { ...id, data: await bounded(client, query) });
        }
        case 'getPerformanceTrends': {
          const { agentId, period, lookback } = readTrends(parameters);
          const query = (): Promise<unknown> =>
            this.queries.trends(client.project, agentId, period, lookback);
          return new LiveFrame('reply', { ...id, data: await bounded(client, query) });
        }
        case 'ingest': {
          const { records } = readIngest(parameters);
          const store = (): Promise<unknown> => this.queries.ingest(client.project, records);
          return new LiveFrame('reply', { ...id, data: await bounded(client, store) });
        }
        default:
          return new LiveFrame('error', { ...id, code: 'unknown_type', detail: UNKNOWN_TYPE });
      }
    } catch (error) {
      return new LiveFrame('error', { ...id, ...this.explain(type, error) });
    }
  }

  private subscribe(
    client: LiveClient,
    subscription: LiveSubscription,
    id: { requestId?: string },
  ): LiveFrame<'reply'> {
    const { subscribed, follow } = this.hub.subscribe(client, subscription);
    const reply = new LiveFrame('reply', { ...id, data: subscribed });
    reply.follow = () => {
      follow();
      if (subscription.snapshot) void this.sendSnapshot(client, id);
    };
    return reply;
  }

  private async sendSnapshot(client: LiveClient, id: { requestId?: string }): Promise<void> {
    try {
      client.tell(await this.snapshots.of(client));
    } catch (error) {
      client.tell(new LiveFrame('error', { ...id, ...this.explain('snapshot', error) }));
    }
  }

  private explain(type: string, error: unknown): { code: string; detail: string } {
    if (error instanceof DomainError) return { code: error.code, detail: error.message };
    this.logger.error({ event: 'live.request.failed', type, error: String(error) });
    return { code: 'internal', detail: 'Something went wrong' };
  }
}

const UNKNOWN_TYPE = 'Known are subscribe, getAgentMetrics, getPerformanceTrends, ingest and ping';

/** @throws DomainError `forbidden` (403) */
function requireScope(client: LiveClient, type: string): void {
  if (!Object.hasOwn(LIVE_REQUEST_SCOPES, type)) return;
  const scope = LIVE_REQUEST_SCOPES[type as keyof LiveRequests];
  if (scope === null || client.may(scope)) return;
  throw new DomainError('forbidden', 403, `Needs the scope ${scope}`);
}

/** Keeps one client from filling the database's queue. */
async function bounded(client: LiveClient, query: () => Promise<unknown>): Promise<unknown> {
  if (client.queriesInFlight >= LIVE_LIMITS.queriesInFlight) {
    throw new DomainError('overloaded', 503, 'Wait for the answers to your earlier requests');
  }
  client.queriesInFlight += 1;
  try {
    return (await query()) ?? null;
  } finally {
    client.queriesInFlight -= 1;
  }
}
