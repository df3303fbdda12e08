import { Inject, Injectable } from '@nestjs/common';
import type { LiveSnapshot } from '@app/contracts';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';

import type { LiveClient } from './live.client.js';
import { LiveFrame } from './live.frame.js';
import { LiveHub } from './live.hub.js';
import { LIVE_LIMITS } from './live.limits.js';
import { LIVE_QUERIES } from './live.queries.js';
import type { LiveQueries } from './live.queries.js';

interface Taken {
  atMs: number;
  seq: number;
  rows: Promise<LiveSnapshot['agents']>;
  /** By filter; encoded once for all clients that want the same. */
  frames: Map<string, Promise<LiveFrame<'performance:summary'>>>;
}

/**
 * The present state of a project, asked for once for all clients that come within a second: when a
 * thousand come back at the same time, the database answers once.
 */
@Injectable()
export class LiveSnapshots {
  private readonly taken = new Map<string, Taken>();

  constructor(
    private readonly hub: LiveHub,
    @Inject(LIVE_QUERIES) private readonly queries: LiveQueries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What the client's subscription is about. Fails as the query does. */
  async of({ project, wish }: LiveClient): Promise<LiveFrame<'performance:summary'>> {
    const taken = this.recent(project);
    const { filter } = wish;
    let frame = taken.frames.get(filter.key);
    if (!frame) {
      frame = taken.rows.then((rows) => {
        const agents = rows.filter((row) => filter.isAbout(row));
        const generatedAt = new Date(taken.atMs).toISOString();
        const { seq } = taken;
        const shown = agents.slice(0, LIVE_LIMITS.snapshotAgents);
        return new LiveFrame('performance:summary', {
          generatedAt,
          seq,
          total: agents.length,
          agents: shown,
        });
      });
      taken.frames.set(filter.key, frame);
    }
    return frame;
  }

  private recent(project: string): Taken {
    const nowMs = this.clock.now().getTime();
    const known = this.taken.get(project);
    if (known && Math.abs(nowMs - known.atMs) < LIVE_LIMITS.snapshotMs) return known;
    // Read before the query begins: what has a number by then is committed, so the query sees it.
    const seq = this.hub.lastSeq(project);
    const rows = this.queries.agentMetrics(project) as Promise<LiveSnapshot['agents']>;
    const taken: Taken = { atMs: nowMs, seq, rows, frames: new Map() };
    this.taken.set(project, taken);
    const forget = (): void => {
      if (this.taken.get(project) === taken) this.taken.delete(project);
    };
    rows.then(() => setTimeout(forget, LIVE_LIMITS.snapshotMs).unref(), forget);
    return taken;
  }
}
