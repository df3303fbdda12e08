import type { Connection, PoolClient } from 'pg';

/** Microseconds between the Unix epoch and 2000-01-01, where PostgreSQL counts from. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/**
 * Writes rows in PostgreSQL's binary COPY format
 * (PostgreSQL manual, "COPY", section "Binary Format").
 */
export class BinaryCopyEncoder {
  private buffer = Buffer.allocUnsafe(64 * 1024);
  private length = 0;

  constructor() {
    this.length = this.buffer.write('PGCOPY\n\xff\r\n\0', 0, 'latin1');
    this.reserve(8);
    this.buffer.writeInt32BE(0, this.length);
    this.buffer.writeInt32BE(0, this.length + 4);
    this.length += 8;
  }

  /** Begins a row of `columns` values, which must follow. */
  row(columns: number): void {
    this.reserve(2);
    this.length = this.buffer.writeInt16BE(columns, this.length);
  }

  null(): void {
    this.reserve(4);
    this.length = this.buffer.writeInt32BE(-1, this.length);
  }

  int2(value: number): void {
    this.reserve(6);
    this.length = this.buffer.writeInt32BE(2, this.length);
    this.length = this.buffer.writeInt16BE(value, this.length);
  }

  int4(value: number): void {
    this.reserve(8);
    this.length = this.buffer.writeInt32BE(4, this.length);
    this.length = this.buffer.writeInt32BE(value, this.length);
  }

  int8(value: number | null): void {
    if (value === null) return this.null();
    this.reserve(12);
    this.length = this.buffer.writeInt32BE(8, this.length);
    this.length = this.buffer.writeInt32BE(Math.floor(value / 2 ** 32), this.length);
    this.length = this.buffer.writeUInt32BE(value % 2 ** 32, this.length);
  }

  float8(value: number | null): void {
    if (value === null) return this.null();
    this.reserve(12);
    this.length = this.buffer.writeInt32BE(8, this.length);
    this.length = this.buffer.writeDoubleBE(value, this.length);
  }

  /** @param epochMs milliseconds since 1970, whole */
  timestamptz(epochMs: number): void {
    this.reserve(12);
    this.length = this.buffer.writeInt32BE(8, this.length);
    const micros = BigInt(epochMs - POSTGRES_EPOCH_MS) * 1000n;
    this.length = this.buffer.writeBigInt64BE(micros, this.length);
  }

  /** @param value 36 characters, hyphenated */
  uuid(value: string | null): void {
    if (value === null) return this.null();
    this.reserve(20);
    this.length = this.buffer.writeInt32BE(16, this.length);
    this.length += this.buffer.write(value.replaceAll('-', ''), this.length, 'hex');
  }

  text(value: string | null): void {
    if (value === null) return this.null();
    this.bytes(value, 0);
  }

  /** @param json serialised already */
  jsonb(json: string | null): void {
    if (json === null) return this.null();
    this.bytes(json, 1);
  }

  /** Ends the stream and gives it away. */
  finish(): Buffer {
    this.reserve(2);
    this.length = this.buffer.writeInt16BE(-1, this.length);
    return this.buffer.subarray(0, this.length);
  }

  /** @param version 1 for jsonb's leading version byte, 0 for none */
  private bytes(value: string, version: 0 | 1): void {
    this.reserve(4 + version + value.length * 3);
    const start = this.length + 4 + version;
    const written = this.buffer.write(value, start, 'utf8');
    this.buffer.writeInt32BE(written + version, this.length);
    if (version) this.buffer.writeUInt8(1, this.length + 4);
    this.length = start + written;
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

/** The parts of pg's connection that COPY needs and its typings leave out. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/**
 * Streams one prepared binary COPY into the database.
 * @param sql `COPY table (columns) FROM STDIN (FORMAT binary)`
 * @throws the database's error; the connection stays usable
 */
export function copyBinary(client: PoolClient, sql: string, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | null = null;
    const submittable = {
      submit(connection: Connection): void {
        connection.query(sql);
      },
      handleCopyInResponse(connection: Connection): void {
        const copy = connection as CopyConnection;
        copy.sendCopyFromChunk(data);
        copy.endCopyFrom();
      },
      handleCommandComplete(): void {},
      // pg forgets the running query at an error, so this is the last that it hears of it.
      handleError(error: Error): void {
        failure = error;
        reject(error);
      },
      handleReadyForQuery(): void {
        if (!failure) resolve();
      },
    };
    client.query(submittable as never);
  });
}
