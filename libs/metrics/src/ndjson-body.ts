import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

import { LIMITS } from '@app/contracts';
import { DomainError } from '@app/platform';

import { damaged, leftover, unpackingStream } from './body-encoding.js';
import type { Encoding, Unpacking } from './body-encoding.js';

/** How long a body may be silent while its next bytes are waited for. */
const SILENCE_MS = 60_000;

/**
 * Bytes out per byte in, beyond which a body is taken for a bomb. Records with ids of their own
 * stay far below; little ones may do as they like.
 */
const MAX_RATIO = 200;
const RATIO_FREE_BYTES = LIMITS.bodyBytes;

/** What is still read of a body that was given up, so that its sender gets to see the answer. */
const LINGER_BYTES = 64 * 1024 * 1024;
const LINGER_MS = 10_000;

/** A body of records, one in each line, that is read as it arrives. */
export class NdjsonBody {
  private abort: ((error: DomainError) => void) | null = null;
  private aborted: DomainError | null = null;
  private packedBytes = 0;

  constructor(
    private readonly request: IncomingMessage,
    private readonly encoding: Encoding | null,
    private readonly silenceMs = SILENCE_MS,
  ) {}

  /**
   * The unpacked bytes. What is not asked for is not read from the connection either.
   * @throws DomainError when the body breaks off, is damaged, silent for long, or a bomb
   */
  async *chunks(): AsyncGenerator<Buffer, void, undefined> {
    const engine = this.encoding && this.unpacked(this.encoding);
    const source: Readable = engine ?? this.request;
    // The connection has to outlive the reading of it: there is an answer to send.
    const iterator = source.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    let bytes = 0;
    try {
      for (;;) {
        const next = await this.next(iterator);
        if (next.done) break;
        bytes += next.value.length;
        if (engine && bytes > RATIO_FREE_BYTES && bytes > engine.bytesWritten * MAX_RATIO) {
          throw new DomainError('body-too-large', 413, 'The body is packed too tightly');
        }
        yield next.value;
      }
      if (engine) await this.expectEnd(engine);
    } catch (error) {
      throw this.explain(error);
    } finally {
      if (engine) {
        this.request.unpipe(engine);
        engine.destroy();
      }
      this.leave();
    }
  }

  /** Ends the reading from outside. */
  stop(error: DomainError): void {
    this.aborted = error;
    this.abort?.(error);
  }

  private next(iterator: AsyncIterator<Buffer>): Promise<IteratorResult<Buffer>> {
    if (this.aborted) return Promise.reject(this.aborted);
    return new Promise((resolve, reject) => {
      this.abort = reject;
      const silent = setTimeout(() => reject(new DomainError('body-timeout', 408)), this.silenceMs);
      silent.unref();
      const settled = (): void => {
        clearTimeout(silent);
        this.abort = null;
      };
      iterator.next().finally(settled).then(resolve, reject);
    });
  }

  private unpacked(encoding: Encoding): Unpacking {
    const engine = unpackingStream(encoding);
    // Also after the reading has ended, when nobody else would hear it.
    engine.on('error', () => undefined);
    this.request.once('error', (error) => engine.destroy(error));
    this.request.on('data', (chunk: Buffer) => (this.packedBytes += chunk.length));
    this.request.pipe(engine);
    return engine;
  }

  /** An engine may be content before the body is. */
  private async expectEnd(engine: Unpacking): Promise<void> {
    this.request.unpipe(engine);
    if (!this.request.readableEnded) {
      await this.next(this.request.iterator({ destroyOnReturn: false }));
    }
    if (this.encoding && engine.bytesWritten !== this.packedBytes) throw leftover(this.encoding);
  }

  private explain(error: unknown): DomainError {
    if (error instanceof DomainError) return error;
    const isBroken = this.request.errored !== null || this.request.destroyed;
    if (isBroken || !this.encoding) {
      return new DomainError('malformed-body', 400, 'The connection ended before the body');
    }
    return damaged(this.encoding);
  }

  /** Lets the sender of a body that was given up finish, for a while. */
  private leave(): void {
    const { request } = this;
    if (request.readableEnded || request.destroyed) return;
    const late = setTimeout(() => request.destroy(), LINGER_MS).unref();
    let left = LINGER_BYTES;
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) request.destroy();
    });
    request.on('error', () => undefined);
    for (const event of ['end', 'close']) request.once(event, () => clearTimeout(late));
    // While the iterator listens, nothing flows.
    request.removeAllListeners('readable');
    request.resume();
  }
}
