import { LIMITS } from '@app/contracts';
import { DomainError } from '@app/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { decodeUtf8, encodingOf, unpack, withoutMark } from './body-encoding.js';
import { findForbiddenJson, isInherited } from './json-safety.js';
import { NdjsonBody } from './ndjson-body.js';

/** The JSON body of an ingest request, whose records are checked one by one. */
export class IngestBody {
  constructor(
    readonly value: unknown,
    /** Its size as text, by which the memory that its records take is judged. */
    readonly bytes: number,
  ) {}
}

type Done = (error: Error | null, body?: unknown) => void;

/** Depth of the bodies that people send; executions have a limit of their own. */
const BODY_DEPTH = 8;

/**
 * Reads JSON bodies, whole, and hands on NDJSON bodies, as streams: gzip and zstd, strict UTF-8.
 * JSON is bounded in size before and after decompression. Everything else is refused as an
 * unsupported media type.
 * @param ingestPath the route that takes records, and the only one that takes NDJSON
 */
export function registerBodyParsers(fastify: FastifyInstance, ingestPath: string): void {
  const isIngest = (request: FastifyRequest): boolean => request.routeOptions.url === ingestPath;
  boundBodies(fastify, ingestPath);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: LIMITS.publicBodyBytes },
    (request: FastifyRequest, body: Buffer, done: Done) => {
      const encoding = encodingOf(request);
      const read = isIngest(request) ? readRecords : readBody;
      // Most bodies are not packed, and need no turn of the event loop.
      if (encoding === null) done(null, read(body));
      else
        unpack(body, encoding, request.routeOptions.bodyLimit)
          .then((bytes) => done(null, read(bytes)))
          .catch(done);
    },
  );
  fastify.addContentTypeParser(
    'application/x-ndjson',
    (request: FastifyRequest, _payload: unknown, done: Done) => {
      if (!isIngest(request)) throw new DomainError('unsupported-media-type', 415);
      done(null, new NdjsonBody(request.raw, encodingOf(request)));
    },
  );
}

/**
 * Only records take much room. A packed text of a few kilobytes can be as long as it likes once it
 * is unpacked, so whoever need not say who they are is heard for a few kilobytes only.
 */
function boundBodies(fastify: FastifyInstance, ingestPath: string): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url === ingestPath) route.bodyLimit = LIMITS.bodyBytes;
    else {
      const isPublic = route.config?.access?.kind === 'public';
      route.bodyLimit = isPublic ? LIMITS.publicBodyBytes : LIMITS.otherBodyBytes;
    }
  });
}

function readRecords(bytes: Buffer): IngestBody {
  return new IngestBody(parseJson(bytes), bytes.length);
}

function readBody(bytes: Buffer): unknown {
  const value = parseJson(bytes);
  const found = findForbiddenJson(value, BODY_DEPTH, isInherited);
  if (found) throw new DomainError('invalid-request', 400, `The body ${found}`);
  return value;
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new DomainError('empty-body', 400);
  const text = withoutMark(decodeUtf8(bytes));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The SyntaxError quotes the body, which may hold secrets.
    throw new DomainError('malformed-json', 400);
  }
}
