import compress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { isFromThisMachine } from './this-machine.js';

/** Text of the API, its pages and its exports. */
const TEXT = /^(text\/(html|css|csv|plain)|application\/([a-z.-]+\+)?(json|javascript|x-ndjson))/;
/** Shorter answers fit a packet or two as they are. */
const LEAST_BYTES = 4096;
/** Three quarters of what the best level saves, for a fifth of its time. */
const LEVEL = 3;

/**
 * Packs long answers for those who ask from elsewhere. On this machine, where orchestrators and the
 * people of a laptop are, bytes cost less than packing them.
 */
export async function compressAnswers(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, _reply, done) => {
    // What the plugin takes for "no".
    if (isFromThisMachine(request)) request.headers['x-no-compression'] = '1';
    done();
  });
  // Bodies are unpacked, and bounded, by the parsers.
  await app.register(compress, {
    globalDecompression: false,
    encodings: ['gzip'],
    customTypes: TEXT,
    threshold: LEAST_BYTES,
    zlibOptions: { level: LEVEL },
  });
}
