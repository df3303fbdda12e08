/** Asks the process under test what its heap holds; see heap-probe.mjs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** After a forced collection, so it tells what is held and not what happens to lie about. */
export interface HeapReading {
  /** All that JavaScript holds: heap, array buffers and other memory outside of it, MB. */
  heldMb: number;
  heapMb: number;
  externalMb: number;
  rssMb: number;
  /** What keeps the process alive, by kind: sockets, timers, … */
  resources: Record<string, number>;
}

const MB = 1024 * 1024;

export class HeapProbe {
  constructor(private readonly port: number) {}

  /** What the process has to be started with. */
  get environment(): Record<string, string> {
    const script = pathToFileURL(join(import.meta.dirname, 'heap-probe.mjs')).href;
    return { NODE_OPTIONS: `--import=${script}`, HEAP_PROBE_PORT: String(this.port) };
  }

  async read(): Promise<HeapReading> {
    const found = await this.ask<NodeJS.MemoryUsage & Pick<HeapReading, 'resources'>>('/reading');
    const { heapUsed, external, rss, resources } = found;
    return {
      heldMb: (heapUsed + external) / MB,
      heapMb: heapUsed / MB,
      externalMb: external / MB,
      rssMb: rss / MB,
      resources,
    };
  }

  async snapshot(to: string): Promise<void> {
    await this.ask(`/snapshot?to=${encodeURIComponent(to)}`);
  }

  private async ask<T>(path: string): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`);
    return (await answer.json()) as T;
  }
}

export interface Held {
  count: number;
  bytes: number;
}

interface SnapshotFile {
  snapshot: { meta: { node_fields: string[]; node_types: [string[]] } };
  nodes: number[];
  strings: string[];
}

/** Own bytes and number of what a snapshot holds, by the constructor's name or the kind. */
export function heldByName(path: string): Map<string, Held> {
  const { snapshot, nodes, strings } = JSON.parse(readFileSync(path, 'utf8')) as SnapshotFile;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, name, size] = ['type', 'name', 'self_size'].map((field) => fields.indexOf(field));
  const held = new Map<string, Held>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = types[0][nodes[at + (type ?? 0)] ?? 0] ?? '';
    // Names of strings and code are their contents.
    const named = kind === 'object' || kind === 'native' || kind === 'closure';
    const key = named ? `${kind} ${strings[nodes[at + (name ?? 0)] ?? 0] ?? ''}` : kind;
    const entry = held.get(key) ?? { count: 0, bytes: 0 };
    entry.count += 1;
    entry.bytes += nodes[at + (size ?? 0)] ?? 0;
    held.set(key, entry);
  }
  return held;
}

/** What has grown from one snapshot to a later one, most bytes first. */
export function growth(
  before: ReadonlyMap<string, Held>,
  after: ReadonlyMap<string, Held>,
): (Held & { name: string })[] {
  const grown = [...after].map(([name, { count, bytes }]) => {
    const old = before.get(name);
    return { name, count: count - (old?.count ?? 0), bytes: bytes - (old?.bytes ?? 0) };
  });
  return grown.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
}
