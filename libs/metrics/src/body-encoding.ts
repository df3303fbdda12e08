import { isUtf8 } from 'node:buffer';
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, createZstdDecompress, gunzip, zstdDecompress } from 'node:zlib';

import { DomainError } from '@app/platform';
import type { FastifyRequest } from 'fastify';

export type Encoding = 'gzip' | 'zstd';

/** `bytesWritten` counts what went in. */
export type Unpacking = Transform & { bytesWritten: number };

interface Whole {
  buffer: Buffer;
  engine: { bytesWritten: number };
}

const wholes = { gzip: promisify(gunzip), zstd: promisify(zstdDecompress) } as const;
const streams = { gzip: createGunzip, zstd: createZstdDecompress } as const;

const CHUNK_BYTES = 64 * 1024;

/**
 * How a body is packed; null when it is not.
 * @throws DomainError 415 when it is packed, or written, in a way that is not read here
 */
export function encodingOf({ headers }: FastifyRequest): Encoding | null {
  const charset = /charset=("?)([^";]+)\1/i.exec(headers['content-type'] ?? '')?.[2];
  if (charset && charset.toLowerCase() !== 'utf-8') {
    throw new DomainError('unsupported-media-type', 415, 'Only UTF-8 is read');
  }
  const encoding = headers['content-encoding']?.toLowerCase();
  if (encoding === undefined || encoding === 'identity') return null;
  if (encoding === 'gzip' || encoding === 'zstd') return encoding;
  throw new DomainError('unsupported-encoding', 415, 'Send gzip, zstd or no encoding');
}

/**
 * @param most bytes that may come out
 * @throws DomainError 413 when more comes out, 400 when it is damaged
 */
export async function unpack(body: Buffer, encoding: Encoding, most: number): Promise<Buffer> {
  let whole: Whole;
  try {
    const options = { maxOutputLength: most, info: true };
    // With `info` both bytes and engine are returned, which the types do not know.
    whole = (await wholes[encoding](body, options)) as unknown as Whole;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new DomainError('body-too-large', 413);
    }
    throw damaged(encoding);
  }
  if (whole.engine.bytesWritten !== body.length) throw leftover(encoding);
  return whole.buffer;
}

export function unpackingStream(encoding: Encoding): Unpacking {
  return streams[encoding]({ chunkSize: CHUNK_BYTES });
}

export function damaged(encoding: Encoding): DomainError {
  return new DomainError('malformed-body', 400, `The body is not valid ${encoding}`);
}

/** zstd stops at the end of the first frame; what follows must not be lost without a word. */
export function leftover(encoding: Encoding): DomainError {
  return new DomainError(
    'malformed-body',
    400,
    `The body goes on after the end of its ${encoding}`,
  );
}

/**
 * Text of bytes that must be UTF-8 throughout.
 * @throws DomainError 400
 */
export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new DomainError('malformed-body', 400, 'The body is not valid UTF-8');
  return bytes.toString('utf8');
}

/** Some editors put a byte order mark in front of a text; it is no part of it. */
export function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
