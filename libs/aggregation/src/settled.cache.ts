import type { Query } from './copy-out.js';
import { readChanges } from './rollup.changes.js';

/** Values that are remembered, each of some 3 KB. */
const MOST = 12_000;
/** Names that are remembered, though there may be nothing under them. */
const MOST_NAMES = 1000;

/** What is remembered of the agents under one name. */
interface Shelf<T> {
  byAgent: Map<number, T>;
}

/** What one snapshot may take from a shelf and put onto it. */
export interface ShelfView<T> {
  get(agentKey: number): T | undefined;
  put(agentKey: number, value: T): void;
}

export type CacheView<T> = (name: string) => ShelfView<T>;

/**
 * Remembers what the rollups say of times that are settled: what changes there is told by version,
 * with the agents that it concerns. A snapshot only gets what holds for its own version, older or
 * newer ones may be at work beside it.
 */
export class SettledCache<T> {
  private readonly shelves = new Map<string, Shelf<T>>();
  private version: number | null = null;
  /** Snapshots before it can tell nothing. */
  private blindBefore = 0;
  private readonly changedAt = new Map<number, number>();
  private count = 0;

  /** @param most values that are kept, those of names that were not asked for in a while go first */
  constructor(private readonly most = MOST) {}

  /** Names under which something is, or may be, remembered. */
  get names(): number {
    return this.shelves.size;
  }

  /** @param query on the snapshot that `version` was read from */
  async viewOf(query: Query, version: number): Promise<CacheView<T>> {
    await this.catchUp(query, version);
    const holds = (agentKey: number): boolean =>
      version >= this.blindBefore && (this.changedAt.get(agentKey) ?? 0) <= version;
    return (name) => {
      const { byAgent } = this.shelfOf(name);
      return {
        get: (agentKey) => (holds(agentKey) ? byAgent.get(agentKey) : undefined),
        put: (agentKey, value) => {
          if (holds(agentKey)) this.put(name, agentKey, value);
        },
      };
    };
  }

  private async catchUp(query: Query, version: number): Promise<void> {
    this.version ??= version;
    const known = this.version;
    if (version <= known) return;
    const changes = await readChanges(query, known, version);
    // Somebody else may have caught up meanwhile.
    const news = changes.filter((change) => change.version > (this.version ?? 0));
    if (changes.length !== version - known) this.clear(version);
    for (const change of news) {
      for (const agentKey of change.lateAgentKeys) {
        this.changedAt.set(agentKey, change.version);
        this.drop(agentKey);
      }
    }
    this.version = Math.max(this.version, version);
  }

  /** The shelf, made when it is not there yet; the one used last stands last. */
  private shelfOf(name: string): Shelf<T> {
    const shelf = this.shelves.get(name) ?? { byAgent: new Map<number, T>() };
    this.shelves.delete(name);
    this.shelves.set(name, shelf);
    const [oldest = name] = this.shelves.keys();
    if (this.shelves.size > MOST_NAMES) this.remove(oldest);
    return shelf;
  }

  private put(name: string, agentKey: number, value: T): void {
    const { byAgent } = this.shelfOf(name);
    if (!byAgent.has(agentKey)) this.count += 1;
    byAgent.set(agentKey, value);
    for (const oldest of this.shelves.keys()) {
      if (this.count <= this.most || oldest === name) break;
      this.remove(oldest);
    }
    if (this.count > this.most) {
      const [first = agentKey] = byAgent.keys();
      byAgent.delete(first);
      this.count -= 1;
    }
  }

  private remove(name: string): void {
    this.count -= this.shelves.get(name)?.byAgent.size ?? 0;
    this.shelves.delete(name);
  }

  private drop(agentKey: number): void {
    for (const { byAgent } of this.shelves.values()) {
      if (byAgent.delete(agentKey)) this.count -= 1;
    }
  }

  private clear(version: number): void {
    this.shelves.clear();
    this.changedAt.clear();
    this.count = 0;
    this.blindBefore = version;
  }
}
