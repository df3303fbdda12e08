import { Injectable } from '@nestjs/common';

/** What a pool of `pg` tells of itself. */
export interface WatchedPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

export interface PoolReading {
  name: string;
  /** Connections at work. */
  inUse: number;
  /** Connections that wait for work. */
  idle: number;
  /** Callers that wait for a connection. */
  waiting: number;
}

/** Knows every connection pool of the process by name, for those who observe. */
@Injectable()
export class PoolWatch {
  private readonly pools = new Map<string, WatchedPool>();

  watch(name: string, pool: WatchedPool): void {
    this.pools.set(name, pool);
  }

  read(): PoolReading[] {
    return [...this.pools].map(([name, { totalCount, idleCount, waitingCount }]) => ({
      name,
      inUse: totalCount - idleCount,
      idle: idleCount,
      waiting: waitingCount,
    }));
  }
}
