/**
 * Runs a TypeScript file with decorators and `@app/…` imports, for benches and operators' tools:
 * `node scripts/run-ts.mjs test/bench/ingest.bench.ts …`. The server itself runs compiled.
 */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { transformSync } from '@swc/core';

const root = join(import.meta.dirname, '..');
const options = {
  sourceMaps: 'inline',
  module: { type: 'es6' },
  jsc: {
    target: 'es2023',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};

function sourceOf(specifier, parent) {
  const room = /^@app\/(\w+)$/.exec(specifier)?.[1];
  if (room) return join(root, 'libs', room, 'src/index.ts');
  if (!specifier.startsWith('.') || !specifier.endsWith('.js') || !parent) return null;
  const path = fileURLToPath(new URL(specifier.replace(/\.js$/, '.ts'), parent));
  return existsSync(path) ? path : null;
}

registerHooks({
  resolve(specifier, context, next) {
    const path = sourceOf(specifier, context.parentURL);
    return path ? { url: pathToFileURL(path).href, shortCircuit: true } : next(specifier, context);
  },
  load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});

process.argv.splice(1, 1);
await import(pathToFileURL(resolve(process.argv[1])).href);
