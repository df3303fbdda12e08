import { RELAY_LIMITS } from './relay.limits.js';

/** Projects whose news this process wants of the others: those that have clients here, or had. */
export class RelayWishes {
  /** Rises whenever the list changes. */
  version = 0;
  private readonly neededAtMs = new Map<string, number>();

  /** @returns whether the others do not know yet */
  add(project: string, nowMs: number): boolean {
    const isNew = !this.neededAtMs.has(project);
    this.neededAtMs.set(project, nowMs);
    if (isNew) this.version += 1;
    return isNew;
  }

  /** null: there are so many that all projects are wanted. */
  list(): string[] | null {
    const names = [...this.neededAtMs.keys()];
    return names.length > RELAY_LIMITS.namedProjects ? null : names;
  }

  /** Forgets what nobody has heard for a while. @returns what was forgotten */
  prune(isHeard: (project: string) => boolean, nowMs: number): string[] {
    const forgotten: string[] = [];
    for (const [project, atMs] of this.neededAtMs) {
      if (isHeard(project)) this.neededAtMs.set(project, nowMs);
      else if (nowMs - atMs > RELAY_LIMITS.stickyMs) forgotten.push(project);
    }
    for (const project of forgotten) this.neededAtMs.delete(project);
    if (forgotten.length > 0) this.version += 1;
    return forgotten;
  }
}
