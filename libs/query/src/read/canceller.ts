import { setTimeout as sleep } from 'node:timers/promises';

import { BoundedClient } from '@app/platform';
import type { ClientConfig } from 'pg';

/** How often the cancelling of a statement is repeated: one may arrive between two statements. */
const CANCEL_AGAIN_MS = 200;

/** A database that does not answer in this time is not going to: its askers are told. */
const PATIENCE_MS = 5000;

/** One connection's work to be ended. */
interface Task {
  processId: number;
  isOver: () => boolean;
  settle: (error?: Error) => void;
}

/**
 * Cancels statements in the database. On one connection of its own, for as long as there is
 * something to cancel: those of the pools may all be at work, and many clients may leave at once.
 */
export class Canceller {
  private readonly tasks = new Set<Task>();
  private working = false;

  constructor(
    private readonly config: ClientConfig,
    private readonly report: (error: unknown) => void,
  ) {}

  /**
   * Cancels what a backend of the database does, again and again until it is over.
   * @throws the error of the connection that says so
   */
  cancel(processId: number, isOver: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: Error): void => (error ? reject(error) : resolve());
      this.tasks.add({ processId, isOver, settle });
      if (!this.working) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.working = true;
    const client = new BoundedClient({ query_timeout: PATIENCE_MS, ...this.config });
    client.on('error', this.report);
    try {
      await client.connect();
      while (this.pending().length > 0) {
        const processIds = this.pending().map(({ processId }) => processId);
        await client.query('SELECT pg_cancel_backend(pid) FROM unnest($1::int[]) AS t (pid)', [
          processIds,
        ]);
        if (this.pending().length > 0) await sleep(CANCEL_AGAIN_MS);
      }
    } catch (error) {
      for (const task of this.tasks) task.settle(error as Error);
      this.tasks.clear();
    } finally {
      await client.end().catch(this.report);
      this.working = false;
    }
    // One may have come while the connection was closed.
    if (this.tasks.size > 0) void this.work();
  }

  /** Lets go of those that are over. */
  private pending(): Task[] {
    for (const task of this.tasks) {
      if (!task.isOver()) continue;
      this.tasks.delete(task);
      task.settle();
    }
    return [...this.tasks];
  }
}
