import { escapeLiteral } from 'pg';
import type { Connection, PoolClient } from 'pg';

import { ownBytes } from './own-bytes.js';
import type { Slice } from './slice.js';

/** Milliseconds between the Unix epoch and 2000-01-01, where PostgreSQL counts from. */
const POSTGRES_EPOCH_MS = 946_684_800_000;
const HEADER_BYTES = 19;
/** As many short texts as are remembered decoded; a power of two. */
const INTERNED = 1024;

/** Runs one statement; rows come back as objects. */
export type Query = <R>(sql: string, parameters?: unknown[]) => Promise<R[]>;

/**
 * Streams the rows of a SELECT without parameters in binary: several times cheaper than objects,
 * where rows are many.
 * @param take reads the columns of one row, each once and in order
 */
export type CopyOut = (select: string, take: (row: BinaryRow) => void) => Promise<void>;

/** One of several SELECTs, and who takes its rows. */
export interface CopyPart {
  select: string;
  take: (row: BinaryRow) => void;
}

/** Streams several SELECTs without parameters one after the other, in one round trip. */
export type CopyAll = (parts: readonly CopyPart[]) => Promise<void>;

/** A `Query` that can stream as well, on the same connection. */
export type StreamingQuery = Query & { copyOut: CopyOut; copyAll: CopyAll };

/**
 * `query`, which runs on the client, with `copyOut` and `copyAll` on the same one.
 * @param prefix statements that are to go before the next ones that stream, each with a semicolon
 */
export function streaming(
  query: Query,
  client: PoolClient,
  prefix: () => string = () => '',
): StreamingQuery {
  const own: Query = (sql, parameters) => query(sql, parameters);
  // pg does not survive a statement of nothing.
  const copyAll: CopyAll = async (parts) => {
    if (parts.length > 0) await copyParts(client, prefix(), parts);
  };
  return Object.assign(own, {
    copyAll,
    copyOut: (select: string, take: (row: BinaryRow) => void) => copyAll([{ select, take }]),
  });
}

/** The columns of one row in PostgreSQL's binary COPY format; NULLs only where a method says so. */
export class BinaryRow {
  private chunk: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private base = 0;
  private at = 0;

  /** Where the next column is to be read from. */
  begin(chunk: Buffer, at: number): void {
    if (this.view.buffer !== chunk.buffer) this.view = new DataView(chunk.buffer);
    this.chunk = chunk;
    this.base = chunk.byteOffset;
    this.at = at;
  }

  int2(): number {
    this.at += 6;
    return this.view.getInt16(this.base + this.at - 2);
  }

  int4(): number {
    this.at += 8;
    return this.view.getInt32(this.base + this.at - 4);
  }

  int8(): number {
    this.at += 12;
    const end = this.base + this.at;
    return this.view.getInt32(end - 8) * 2 ** 32 + this.view.getUint32(end - 4);
  }

  int8OrNull(): number | null {
    return this.isNull() ? null : this.int8();
  }

  float8(): number {
    this.at += 12;
    return this.view.getFloat64(this.base + this.at - 8);
  }

  float8OrNull(): number | null {
    return this.isNull() ? null : this.float8();
  }

  /** Milliseconds since 1970. */
  instant(): number {
    return this.int8() / 1000 + POSTGRES_EPOCH_MS;
  }

  text(): string {
    return this.bytes().toString('utf8');
  }

  /** A text of which there are few different ones. */
  word(): string {
    const bytes = this.bytes();
    let hash = bytes.length;
    for (let at = 0; at < bytes.length; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
    const slot = hash & (INTERNED - 1);
    const known = words[slot];
    if (known && bytes.equals(known.bytes)) return known.text;
    const text = bytes.toString('utf8');
    words[slot] = { bytes: ownBytes(bytes), text };
    return text;
  }

  /** Valid only until the row has been taken: copy what is to stay. */
  bytes(): Buffer {
    this.at += 4;
    const start = this.at;
    this.at += this.view.getInt32(this.base + start - 4);
    return this.chunk.subarray(start, this.at);
  }

  /** The same as a slice, which is valid as long. @returns `slice` */
  slice(slice: Slice): Slice {
    this.at += 4;
    const start = this.base + this.at;
    this.at += this.view.getInt32(start - 4);
    return slice.set(this.view.buffer, start, this.base + this.at);
  }

  private isNull(): boolean {
    if (this.view.getInt32(this.base + this.at) !== -1) return false;
    this.at += 4;
    return true;
  }
}

const words = new Array<{ bytes: Buffer; text: string } | undefined>(INTERNED);

function copyParts(client: PoolClient, prefix: string, parts: readonly CopyPart[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const row = new BinaryRow();
    let failure: Error | null = null;
    let part = 0;
    let first = true;
    const submittable = {
      // pg wraps this when it has a query_timeout, and only a call of it ends that timer.
      callback: (): void => undefined,
      submit(connection: Connection): void {
        const copies = parts.map(({ select }) => `COPY (${select}) TO STDOUT (FORMAT binary)`);
        connection.query(prefix + copies.join(SEPARATOR));
      },
      // The server sends one row per message, the first one behind the header, the last one empty.
      handleCopyData({ chunk }: { chunk: Buffer }): void {
        const at = first ? HEADER_BYTES : 0;
        first = false;
        if (failure !== null || chunk.readInt16BE(at) === -1) return;
        row.begin(chunk, at + 2);
        try {
          parts[part]?.take(row);
        } catch (error) {
          // Thrown here it would end the connection; the rest of the rows is only let pass.
          failure = error instanceof Error ? error : new Error(String(error));
        }
      },
      handleCommandComplete({ text }: { text: string }): void {
        if (!text.startsWith('COPY')) return;
        part += 1;
        first = true;
      },
      // pg forgets the running query at an error, so this is the last that it hears of it.
      handleError(error: Error): void {
        submittable.callback();
        reject(error);
      },
      handleReadyForQuery(): void {
        submittable.callback();
        if (failure === null) resolve();
        else reject(failure);
      },
    };
    client.query(submittable as never);
  });
}

const SEPARATOR = ';\n';

/** Numbers as an array within a statement. */
export function intArray(values: readonly number[]): string {
  return `'{${values.map((value) => Math.trunc(value)).join(',')}}'::int[]`;
}

/** A text within a statement. */
export function literal(text: string): string {
  return escapeLiteral(text);
}

/** An instant within a statement. */
export function instant(ms: number): string {
  return `'${new Date(ms).toISOString()}'::timestamptz`;
}

export function instantArray(values: readonly number[]): string {
  return `'{${values.map((ms) => new Date(ms).toISOString()).join(',')}}'::timestamptz[]`;
}
