import { Readable } from 'node:stream';

import type { Client, Connection } from 'pg';

/** A socket that can be asked to wait. */
interface Flow {
  stream: {
    pause(): void;
    resume(): void;
    write(data: Buffer): boolean;
    once(event: 'drain', listener: () => void): void;
  };
}

type CopyConnection = Connection & Flow;

/** What pg's typings leave out. */
interface CopyInConnection extends CopyConnection {
  sendCopyFail(reason: string): void;
}

/** Some rows, as one piece. */
export interface Block {
  rows: number;
  bytes: Buffer;
}

const BLOCK_BYTES = 128 * 1024;
/** So many blocks may wait for who reads. */
const BLOCKS_AHEAD = 8;

/**
 * What COPY … TO STDOUT says, in blocks of rows and at the pace of who reads. The connection is
 * busy until the end.
 * @param sql holds no text from outside
 */
export function copyOut(client: Client, sql: string): AsyncIterable<Block> {
  let connection: CopyConnection | undefined;
  const readable = new Readable({
    objectMode: true,
    highWaterMark: BLOCKS_AHEAD,
    read: () => connection?.stream.resume(),
  });
  const gather = new Gatherer((block) => {
    if (!readable.push(block)) connection?.stream.pause();
  });
  const submittable = {
    // pg wraps this when it has a query_timeout.
    callback: (): void => undefined,
    submit(its: Connection): void {
      connection = its;
      connection.query(sql);
    },
    handleRowDescription(): void {},
    handleDataRow(): void {},
    handleCopyData({ chunk }: { chunk: Buffer }): void {
      gather.add(chunk);
    },
    handleCommandComplete(): void {},
    handleError(error: Error): void {
      submittable.callback();
      readable.destroy(error);
    },
    handleReadyForQuery(): void {
      submittable.callback();
      gather.flush();
      readable.push(null);
    },
  };
  client.query(submittable as never);
  return readable;
}

/** Copies rows together: pg writes into the memory of one again once it has told of it. */
class Gatherer {
  private block = Buffer.allocUnsafe(BLOCK_BYTES);
  private size = 0;
  private rows = 0;

  constructor(private readonly push: (block: Block) => void) {}

  /** @param row one, as the protocol promises for COPY TO */
  add(row: Buffer): void {
    if (this.size + row.length > this.block.length) {
      this.flush();
      this.block = Buffer.allocUnsafe(Math.max(BLOCK_BYTES, row.length));
    }
    this.size += row.copy(this.block, this.size);
    this.rows += 1;
  }

  flush(): void {
    if (this.rows > 0) this.push({ rows: this.rows, bytes: this.block.subarray(0, this.size) });
    this.block = Buffer.alloc(0);
    this.size = 0;
    this.rows = 0;
  }
}

/**
 * Runs COPY … FROM STDIN with these chunks, at the pace of the database.
 * @param sql holds no text from outside
 * @returns how many rows were taken
 * @throws the database's error, or that of the chunks: then nothing was taken
 */
export function copyIn(
  client: Client,
  sql: string,
  chunks: AsyncIterable<Buffer>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let rows = 0;
    let failure: Error | undefined;
    const submittable = {
      callback: (): void => undefined,
      submit(connection: Connection): void {
        connection.query(sql);
      },
      handleCopyInResponse(connection: CopyInConnection): void {
        send(connection, chunks, () => failure !== undefined).catch((error: Error) => {
          failure ??= error;
          connection.sendCopyFail('The data broke off');
        });
      },
      handleRowDescription(): void {},
      handleDataRow(): void {},
      handleCommandComplete({ text }: { text: string }): void {
        rows = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0);
      },
      handleError(error: Error): void {
        submittable.callback();
        failure ??= error;
        reject(failure);
      },
      handleReadyForQuery(): void {
        submittable.callback();
        if (failure) reject(failure);
        else resolve(rows);
      },
    };
    client.query(submittable as never);
  });
}

async function send(
  connection: CopyInConnection,
  chunks: AsyncIterable<Buffer>,
  hasFailed: () => boolean,
): Promise<void> {
  for await (const chunk of chunks) {
    // What is still to come must be read all the same, but the database does not want it.
    if (hasFailed()) continue;
    const head = Buffer.alloc(5);
    head.write('d', 'latin1');
    head.writeInt32BE(chunk.length + 4, 1);
    const { stream } = connection;
    stream.write(head);
    if (!stream.write(chunk)) await new Promise<void>((ready) => stream.once('drain', ready));
  }
  if (!hasFailed()) connection.stream.write(Buffer.from([0x63, 0, 0, 0, 4]));
}
