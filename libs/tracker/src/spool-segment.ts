import type * as Fs from 'node:fs';
import type { ExecutionRecord } from '@app/contracts';
import { builtin } from './runtime.js';

/** Present wherever a spool is: the options were checked. */
export function fs(): typeof Fs {
  const module = builtin('node:fs');
  if (module === undefined) throw new Error('no file system');
  return module;
}

/** Part of a segment on its way to the server. */
export interface SegmentChunk {
  records: ExecutionRecord[];
  /** Positions of the records in the segment. */
  places: number[];
}

/**
 * One file of records, a JSON text per line, which only ever grows. It is deleted when everything
 * in it is acknowledged, never before; so what is read twice after a crash is sent twice, and the
 * server stores it once.
 */
export class Segment {
  /** Lines that are no record: the last one, when a process was killed while writing it. */
  unreadable = 0;
  private records: ExecutionRecord[] | null = null;
  /** One per record: 0 waiting, 1 taken, 2 acknowledged. */
  private states: number[] = [];
  private next = 0;
  private unsettled = 0;
  private readBytes = 0;

  constructor(
    readonly path: string,
    public bytes: number,
    /** Null until an adopted file is read. */
    public count: number | null,
  ) {}

  get isBeingSent(): boolean {
    return this.records !== null;
  }

  get hasTaken(): boolean {
    return this.states.includes(1);
  }

  /** Records that are not acknowledged. */
  get left(): number {
    return this.records === null ? (this.count ?? 0) : this.unsettled;
  }

  /** @returns false when the file is gone: another process took it over */
  exists(): boolean {
    return fs().existsSync(this.path);
  }

  /** Makes the file if there is none. */
  append(lines: string, count: number): void {
    fs().appendFileSync(this.path, lines, { mode: 0o600 });
    this.bytes += new TextEncoder().encode(lines).byteLength;
    this.count = (this.count ?? 0) + count;
  }

  take(limit: number): SegmentChunk {
    const records = (this.records ??= this.read());
    const chunk: SegmentChunk = { records: [], places: [] };
    for (; this.next < records.length && chunk.places.length < limit; this.next += 1) {
      const record = records[this.next];
      if (record === undefined || this.states[this.next] !== 0) continue;
      this.states[this.next] = 1;
      chunk.records.push(record);
      chunk.places.push(this.next);
    }
    return chunk;
  }

  putBack({ places }: SegmentChunk): void {
    for (const place of places) this.states[place] = 0;
    this.next = Math.min(this.next, places[0] ?? this.next);
  }

  settle({ places }: SegmentChunk): void {
    for (const place of places) this.states[place] = 2;
    this.unsettled -= places.length;
  }

  /** Deletes the file if nothing in it is waiting or under way. @returns whether it is done with */
  finish(): boolean {
    if (this.records === null || this.unsettled > 0) return false;
    const size = fs().statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > this.readBytes) {
      // The process that wrote it was thought dead and was not.
      const more = this.read();
      this.records.push(...more);
      if (more.length > 0) return false;
    }
    fs().rmSync(this.path, { force: true });
    return true;
  }

  private read(): ExecutionRecord[] {
    const bytes = readFrom(this.path, this.readBytes);
    this.readBytes += bytes.byteLength;
    this.bytes = Math.max(this.bytes, this.readBytes);
    const records: ExecutionRecord[] = [];
    for (const line of new TextDecoder().decode(bytes).split('\n')) {
      const record = recordOf(line);
      if (record !== null) records.push(record);
      else if (line !== '') this.unreadable += 1;
    }
    this.states.push(...records.map(() => 0));
    this.unsettled += records.length;
    return records;
  }
}

function readFrom(path: string, offset: number): Uint8Array {
  try {
    return fs().readFileSync(path).subarray(offset);
  } catch {
    // Gone: another process took it over, and sends it.
    return new Uint8Array();
  }
}

function recordOf(line: string): ExecutionRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'agentId' in value
      ? (value as ExecutionRecord)
      : null;
  } catch {
    return null;
  }
}
