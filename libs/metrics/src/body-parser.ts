import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';

import { LIMITS } from '@app/contracts';
import { DomainError } from '@app/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { findForbiddenJson } from './json-safety.js';

const decompressors = {
  gzip: promisify(gunzip),
  zstd: promisify(zstdDecompress),
} as const;

/** One line of NDJSON that is not JSON, standing where its record would. */
export class MalformedLine {}

/** The records of an NDJSON body. */
export class NdjsonBody {
  constructor(readonly records: unknown[]) {}
}

/** Depth of the bodies that people send; executions have a limit of their own. */
const BODY_DEPTH = 8;

/**
 * Reads JSON and NDJSON bodies: gzip and zstd, sizes bounded before and after decompression, strict
 * UTF-8. Everything else is refused as an unsupported media type.
 * @param ingestPath the route whose records are checked one by one, not as a whole
 */
export function registerBodyParsers(fastify: FastifyInstance, ingestPath: string): void {
  fastify.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer' as const, bodyLimit: LIMITS.bodyBytes };
  fastify.addContentTypeParser(
    'application/json',
    options,
    async (request: FastifyRequest, body: Buffer) => {
      const value = parseJson(await readText(request, body));
      if (request.url.split('?')[0] !== ingestPath) {
        const found = findForbiddenJson(value, BODY_DEPTH);
        if (found) throw new DomainError('invalid-request', 400, `The body ${found}`);
      }
      return value;
    },
  );
  fastify.addContentTypeParser(
    'application/x-ndjson',
    options,
    async (request: FastifyRequest, body: Buffer) => {
      const lines = (await readText(request, body)).split('\n');
      return new NdjsonBody(lines.filter((line) => line.trim() !== '').map(parseLine));
    },
  );
}

async function readText(request: FastifyRequest, body: Buffer): Promise<string> {
  const charset = /charset=("?)([^";]+)\1/i.exec(request.headers['content-type'] ?? '')?.[2];
  if (charset && charset.toLowerCase() !== 'utf-8') {
    throw new DomainError('unsupported-media-type', 415, 'Only UTF-8 is read');
  }
  const bytes = await decompress(body, request.headers['content-encoding']);
  if (bytes.length === 0) throw new DomainError('empty-body', 400);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // TextDecoder throws a TypeError at the first byte that is not UTF-8.
    throw new DomainError('malformed-body', 400, 'The body is not valid UTF-8');
  }
}

async function decompress(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'zstd') {
    throw new DomainError('unsupported-encoding', 415, 'Send gzip, zstd or no encoding');
  }
  try {
    return await decompressors[encoding](body, { maxOutputLength: LIMITS.bodyBytes });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new DomainError('body-too-large', 413);
    }
    throw new DomainError('malformed-body', 400, `The body is not valid ${encoding}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The SyntaxError quotes the body, which may hold secrets.
    throw new DomainError('malformed-json', 400);
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return new MalformedLine();
  }
}
