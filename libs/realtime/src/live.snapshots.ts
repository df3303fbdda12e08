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

/** The queries of one project: none begins within a second of the last, or before its end. */
interface Desk {
  latest?: Taken;
  next?: Promise<Taken>;
}

/**
 * The present state of a project, asked for once for all clients that come within a second: when a
 * thousand come back at the same time, the database answers once. Nobody gets figures older than
 * the first event that it hears, for what lies between the two would never reach it.
 */
@Injectable()
export class LiveSnapshots {
  private readonly desks = new Map<string, Desk>();

  constructor(
    private readonly hub: LiveHub,
    @Inject(LIVE_QUERIES) private readonly queries: LiveQueries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What the client's subscription is about. Fails as the query does. */
  async of({ project, wish }: LiveClient): Promise<LiveFrame<'performance:summary'>> {
    const { filter } = wish;
    const taken = await this.recent(project);
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

  private recent(project: string): Taken | Promise<Taken> {
    let desk = this.desks.get(project);
    if (!desk) this.desks.set(project, (desk = {}));
    const { latest } = desk;
    if (!latest) return this.take(project, desk);
    const ageMs = Math.abs(this.nowMs() - latest.atMs);
    const isWhole = latest.seq >= this.hub.lastSeq(project);
    if (isWhole && ageMs < LIVE_LIMITS.snapshotMs) return latest;
    desk.next ??= this.takeAfter(latest, project, desk);
    return desk.next;
  }

  private async takeAfter(latest: Taken, project: string, desk: Desk): Promise<Taken> {
    // A failure is told to those who asked then.
    await latest.rows.catch(() => undefined);
    const pauseMs = latest.atMs + LIVE_LIMITS.snapshotMs - this.nowMs();
    // A wall clock may jump: never wait for longer than the pause.
    const waitMs = Math.min(pauseMs, LIVE_LIMITS.snapshotMs);
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
    desk.next = undefined;
    return this.take(project, desk);
  }

  private take(project: string, desk: Desk): Taken {
    const atMs = this.nowMs();
    // Read before the query begins: what has a number by then is committed, so the query sees it.
    const seq = this.hub.lastSeq(project);
    const rows = this.query(project);
    const taken: Taken = { atMs, seq, rows, frames: new Map() };
    desk.latest = taken;
    const forget = (): void => {
      if (desk.latest === taken && !desk.next) this.desks.delete(project);
    };
    rows.then(() => setTimeout(forget, LIVE_LIMITS.snapshotMs).unref(), forget);
    return taken;
  }

  private async query(project: string): Promise<LiveSnapshot['agents']> {
    return (await this.queries.agentMetrics(project)) as LiveSnapshot['agents'];
  }

  private nowMs(): number {
    return this.clock.now().getTime();
  }
}
