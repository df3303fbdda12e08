import { addBuckets, floorToBucket } from '@app/stats';

import type { StreamingQuery } from './copy-out.js';
import type { Dirty } from './dirty.reader.js';
import type { FreshGroup } from './fresh-groups.js';
import { Partial, addRow } from './partial.js';
import { Descent } from './partial.reader.js';
import type { Span } from './span.js';
import type { RecentPart } from './sum.js';

/** As many pasts as are remembered at once: those of a few projects. */
const MOST = 8;

interface Remembered {
  version: number;
  fromMs: number;
  /** Everything in it had ended before. */
  endedMs: number;
  added: Set<FreshGroup>;
  parts: Map<number, RecentPart>;
}

/**
 * What agents did from an instant until now: rollups of one version, and the groups that have been
 * stored since, each added once. Both only grow until the next version, so they are remembered.
 */
export class RecentPast {
  private readonly remembered = new Map<string, Remembered>();

  /**
   * @param span begins with an hour
   * @param use is called once, with what is not to be kept: others may add to it afterwards
   */
  async read(
    query: StreamingQuery,
    agentKeys: number[],
    { fromMs, toMs }: Span,
    dirty: Dirty,
    use: (parts: ReadonlyMap<number, RecentPart>) => void,
  ): Promise<void> {
    const name = agentKeys.join();
    const fresh = dirty.fresh.filter((group) => group.lastMs >= fromMs);
    const isCut = fresh.some((group) => group.lastMs >= toMs);
    const known = this.remembered.get(name);
    const past =
      known && !isCut && isStillTrue(known, fromMs, toMs, dirty.version, fresh)
        ? known
        : await load(query, agentKeys, { fromMs, toMs }, dirty);
    // What ends after the span may have begun after it, and is not for everybody who asks next.
    if (isCut || past.endedMs > toMs) {
      return use(await exactly(query, agentKeys, { fromMs, toMs }, dirty));
    }
    const agents = new Set(agentKeys);
    for (const group of fresh) {
      if (past.added.has(group)) continue;
      past.added.add(group);
      add(past.parts, group, fromMs, agents);
    }
    use(past.parts);
    this.keep(name, past);
  }

  private keep(name: string, past: Remembered): void {
    this.remembered.delete(name);
    this.remembered.set(name, past);
    if (this.remembered.size <= MOST) return;
    const [oldest = name] = this.remembered.keys();
    this.remembered.delete(oldest);
  }
}

function isStillTrue(
  known: Remembered,
  fromMs: number,
  toMs: number,
  version: number,
  fresh: readonly FreshGroup[],
): boolean {
  if (known.version !== version || known.fromMs !== fromMs || known.endedMs > toMs) return false;
  const present = new Set(fresh);
  for (const group of known.added) if (!present.has(group)) return false;
  return true;
}

function add(
  parts: Map<number, RecentPart>,
  group: FreshGroup,
  fromMs: number,
  agents: ReadonlySet<number>,
): void {
  group.rows.each((agentKey, startedAtMs, row) => {
    if (startedAtMs < fromMs) return;
    const part = partOf(parts, agentKey);
    addRow(part.partial, row);
    part.stamp += 1;
  }, agents);
}

async function load(
  query: StreamingQuery,
  agentKeys: number[],
  { fromMs, toMs }: Span,
  dirty: Dirty,
): Promise<Remembered> {
  const parts = new Map<number, RecentPart>();
  const partialFor = (agentKey: number): Partial => partOf(parts, agentKey).partial;
  // To the end of an hour, so that rollups of hours answer alone.
  const endMs = addBuckets(floorToBucket(toMs, 'hour'), 'hour', 2);
  await new Descent(query, agentKeys, withoutMarks(dirty), { partialFor }).read(
    { fromMs, toMs: endMs },
    'hour',
  );
  let endedMs = -Infinity;
  for (const { partial } of parts.values()) endedMs = Math.max(endedMs, partial.lastEndedAtMs);
  return { version: dirty.version, fromMs, endedMs, added: new Set(), parts };
}

/** Row by row where the end of the span cuts something. */
async function exactly(
  query: StreamingQuery,
  agentKeys: number[],
  span: Span,
  dirty: Dirty,
): Promise<Map<number, RecentPart>> {
  const parts = new Map<number, RecentPart>();
  const partialFor = (agentKey: number): Partial => partOf(parts, agentKey).partial;
  await new Descent(query, agentKeys, dirty, { partialFor }, true).read(span, 'hour');
  return parts;
}

/** As if nothing were marked: the rollups as they are. */
export function withoutMarks(dirty: Dirty): Dirty {
  return {
    ...dirty,
    minutes: [],
    fresh: [],
    eachFresh: () => undefined,
    bucketsOf: () => () => false,
    isMarkedBefore: () => false,
  };
}

function partOf(parts: Map<number, RecentPart>, agentKey: number): RecentPart {
  let part = parts.get(agentKey);
  if (!part) parts.set(agentKey, (part = { partial: new Partial(), stamp: 0 }));
  return part;
}
