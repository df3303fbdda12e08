import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';

/**
 * A backup is one zstd stream of sections: a line of JSON, for a table then its rows in COPY's text
 * form as pieces (`<length>\n<bytes>`, the last of length 0). The last section holds the SHA-256 of
 * all that came before it. Everything is read in order, and nothing is held whole.
 */
export const FORMAT = 'agent-performance-tracker-backup';
export const FORMAT_VERSION = 1;

export interface BackupHead {
  format: typeof FORMAT;
  version: number;
  /** Of the tracker that wrote it. */
  release: string;
  postgres: string;
  takenAt: string;
  /** Names of the migrations that had been applied. */
  migrations: string[];
  /** Days of raw executions, `YYYY-MM-DD`. */
  days: string[];
}

export interface TableHead {
  table: string;
  columns: string[];
}

export interface TableEnd {
  rows: number;
  sha256: string;
}

/** Where each identity goes on. */
export interface SequenceState {
  table: string;
  column: string;
  next: string;
}

export interface BackupEnd {
  end: true;
  sequences: SequenceState[];
  tables: number;
  rows: number;
}

const PACKING = {
  params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
};
/** A line of JSON, or a piece of rows, cannot reasonably be longer. */
const LONGEST_LINE = 16 * 1024 * 1024;
const LONGEST_PIECE = 64 * 1024 * 1024;
const GATHER_BYTES = 256 * 1024;

/** Thrown for a file that is no backup, or not a whole one. */
export class BadBackup extends Error {
  override readonly name = 'BadBackup';
}

/**
 * Writes what a generator yields as a backup, readable by its owner only. Either the whole file is
 * there in the end, or none.
 * @throws Error when there is a file already
 */
export async function writeBackup(path: string, sections: AsyncIterable<Buffer>): Promise<void> {
  if (existsSync(path)) throw new Error(`${path} exists already`);
  const part = `${path}.part-${process.pid}`;
  try {
    await pipeline(
      Readable.from(sealed(sections)),
      createZstdCompress(PACKING),
      createWriteStream(part, { mode: 0o600, flags: 'wx' }),
    );
    const file = await open(part, 'r');
    await file.sync().finally(() => file.close());
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function* sealed(sections: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const bytes of gathered(sections)) {
    hash.update(bytes);
    yield bytes;
  }
  yield jsonLine({ sha256: hash.digest('hex') });
}

/** Rows come one by one from the database; packing them each would take most of the time. */
async function* gathered(sections: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const bytes of sections) {
    waiting.push(bytes);
    size += bytes.length;
    if (size < GATHER_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting);
}

export function jsonLine(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

/** Reads a backup from its beginning. */
export class BackupReader {
  private readonly source: AsyncIterator<Buffer>;
  private readonly hash: Hash = createHash('sha256');
  private buffer: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    const packed = createReadStream(path);
    const unpacked = createZstdDecompress();
    packed.once('error', (error) => unpacked.destroy(error));
    this.source = packed.pipe(unpacked)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** @throws BadBackup when it is no JSON, or not there */
  async json<T extends object>(): Promise<T> {
    return this.parse<T>(await this.line());
  }

  /** The last line, which must fit to all the others. */
  async verifyEnd(): Promise<void> {
    const expected = this.hash.copy().digest('hex');
    const { sha256 } = await this.json<{ sha256?: string }>();
    if (sha256 !== expected) throw new BadBackup('The file is damaged: its checksum does not fit');
    if (!(await this.isOver())) throw new BadBackup('Something follows the end of the backup');
  }

  /** The rows of a table, in pieces. */
  async *pieces(): AsyncGenerator<Buffer> {
    for (;;) {
      const text = await this.line();
      const length = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
      if (!(length <= LONGEST_PIECE)) throw new BadBackup('The file is damaged');
      if (length === 0) return;
      yield await this.take(length);
    }
  }

  async close(): Promise<void> {
    await this.source.return?.();
  }

  private parse<T>(text: string): T {
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new BadBackup('The file is damaged, or no backup');
    }
  }

  private async line(): Promise<string> {
    let end: number;
    while ((end = this.buffer.indexOf(0x0a)) < 0) {
      if (this.buffer.length > LONGEST_LINE) throw new BadBackup('The file is no backup');
      await this.more();
    }
    return (await this.take(end + 1)).subarray(0, -1).toString('utf8');
  }

  private async take(length: number): Promise<Buffer> {
    while (this.buffer.length < length) await this.more();
    const taken = this.buffer.subarray(0, length);
    this.buffer = this.buffer.subarray(length);
    this.hash.update(taken);
    return taken;
  }

  private async isOver(): Promise<boolean> {
    return this.buffer.length === 0 && (await this.next()).done === true;
  }

  private async more(): Promise<void> {
    const { done, value } = await this.next();
    if (done) throw new BadBackup('The file ends too early');
    this.buffer = this.buffer.length === 0 ? value : Buffer.concat([this.buffer, value]);
  }

  private async next(): Promise<IteratorResult<Buffer, unknown>> {
    try {
      return await this.source.next();
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (/^ZSTD|^ERR_ZSTD|Z_/.test(code)) throw new BadBackup('The file is damaged, or no backup');
      throw error;
    }
  }
}
