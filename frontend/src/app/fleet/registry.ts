import { DestroyRef, Service, inject, signal } from '@angular/core';
import type { Agent } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import type { ApiFeed } from '../api/api-feed';
import { Scope } from '../scope/scope';

/** Everybody who ever reported to the project, however many. Read only while somebody uses it. */
@Service()
export class Registry {
  private readonly scope = inject(Scope);
  private readonly users = signal(0);
  private readonly feed = apiFeed<Agent[]>(() => {
    const project = this.scope.project();
    if (project === undefined || this.users() === 0) return undefined;
    return { path: 'agents', params: { project } };
  }, 15_000);

  /** The agents, for as long as the caller lives; to be called where it is constructed. */
  use(): ApiFeed<Agent[]> {
    this.users.update((users) => users + 1);
    inject(DestroyRef).onDestroy(() => this.users.update((users) => users - 1));
    return this.feed;
  }
}
