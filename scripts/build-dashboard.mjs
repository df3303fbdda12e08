// Builds the dashboard, and beside each of its files what is sent of it: packed once and well, so
// that no request has to.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const FRONTEND = join(import.meta.dirname, '../frontend');
const BUILT = join(FRONTEND, 'dist/web/browser');
const TEXT = /\.(js|css|html|svg|json|txt)$/;
/** Below it, headers are most of an answer. */
const LEAST_BYTES = 1024;

const ng = join(import.meta.dirname, '../node_modules/.bin/ng');
const { status } = spawnSync(ng, ['build'], { cwd: FRONTEND, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const [asBrotli, asGzip] = [promisify(brotliCompress), promisify(gzip)];
const files = readdirSync(BUILT, { recursive: true }).filter((name) => TEXT.test(name));
await Promise.all(
  files.map(async (name) => {
    const path = join(BUILT, name);
    const bytes = readFileSync(path);
    if (bytes.length < LEAST_BYTES) return;
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    const packed = [
      ['br', await asBrotli(bytes, { params })],
      ['gz', await asGzip(bytes, { level: 9 })],
    ];
    for (const [ending, smaller] of packed) {
      if (smaller.length < bytes.length) writeFileSync(`${path}.${ending}`, smaller);
    }
  }),
);
