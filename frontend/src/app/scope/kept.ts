import { Service, computed, inject, signal } from '@angular/core';
import type { RetentionTimes, Status } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { DAY_MS } from '../time/range';
import { Scope } from './scope';

const EVERY_MS = 10 * 60_000;

/** How long the project keeps what. */
@Service()
export class Kept {
  private readonly scope = inject(Scope);
  /** Asked only once somebody wants to know. */
  private readonly wanted = signal(false);
  private readonly status = apiFeed<Status>(() => {
    const project = this.scope.project();
    return this.wanted() && project !== undefined
      ? { path: 'status', params: { project } }
      : undefined;
  }, EVERY_MS);

  /** Undefined while unknown. */
  readonly times = computed<RetentionTimes | undefined>(() => {
    const retention = this.status.data()?.retention;
    const own = retention?.projects.find(({ project }) => project === this.scope.project());
    return own ?? retention?.defaults;
  });

  want(): void {
    this.wanted.set(true);
  }
}

/**
 * From when on single executions are there that are kept for some days. They are removed by whole
 * days, so that the oldest day may be there in part.
 * @returns milliseconds since the epoch
 */
export function oldestKeptMs(days: number, nowMs: number): number {
  return Math.floor((nowMs - days * DAY_MS) / DAY_MS) * DAY_MS;
}
