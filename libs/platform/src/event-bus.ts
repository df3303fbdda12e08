import { EventEmitter } from 'node:events';
import type { AlertChange, Execution, RunningExecution } from '@app/contracts';

import { Injectable, Logger } from '@nestjs/common';

/** An execution with the integer key of its agent, for rooms that go on to the database. */
export interface StoredExecution extends Execution {
  agentKey: number;
  /** Of the marks that were committed with it and tell the roller of it. */
  markId?: string | null;
  /** `startedAt` and `endedAt` in epoch ms. */
  startedAtMs?: number;
  endedAtMs?: number;
}

/** News that flows downstream: published after the commit that made it true. */
export interface BusEvents {
  /** Executions were stored for the first time (duplicates are left out). */
  executionsStored: StoredExecution[];
  /** Executions were reported as begun. */
  executionsStarted: RunningExecution[];
  alertChanged: AlertChange;
  /** A group of records was written, whatever became of each. */
  groupCommitted: { records: number; milliseconds: number };
}

/** The typed in-process bus. A listener that fails is logged and never disturbs the publisher. */
@Injectable()
export class EventBus {
  private readonly emitter = new EventEmitter().setMaxListeners(50);
  private readonly logger = new Logger(EventBus.name);

  publish<K extends keyof BusEvents>(event: K, payload: BusEvents[K]): void {
    this.emitter.emit(event, payload);
  }

  /** @returns a function that ends the subscription */
  subscribe<K extends keyof BusEvents>(
    event: K,
    listener: (payload: BusEvents[K]) => void | Promise<void>,
  ): () => void {
    const guarded = (payload: BusEvents[K]): void => {
      // A watcher's failure must not become an ingest failure, whether it throws or rejects.
      new Promise<void>((resolve) => {
        resolve(listener(payload));
      }).catch((error: unknown) => {
        this.logger.error({ event: 'bus.listener.failed', name: event, error: String(error) });
      });
    };
    this.emitter.on(event, guarded);
    return () => this.emitter.off(event, guarded);
  }
}
