import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as prettier from 'prettier';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';

const GOLDEN = join(import.meta.dirname, '../golden/openapi.json');

interface Operation {
  summary?: string;
  responses: Record<string, { content?: Record<string, unknown> }>;
  parameters?: { name: string; in: string; schema?: unknown }[];
}

describe('the OpenAPI document', () => {
  let server: BootedApp;
  let document: { paths: Record<string, Record<string, Operation>> };
  beforeAll(async () => {
    server = await bootApp();
    const answer = await fetch(`${server.url}/api/openapi.json`);
    document = (await answer.json()) as typeof document;
  });
  afterAll(() => server.close());

  it('is the one that was reviewed; UPDATE_GOLDENS=1 writes it anew', async () => {
    const options = await prettier.resolveConfig(GOLDEN);
    const text = JSON.stringify(document, (_, value: unknown) => steady(value), 2);
    const written = await prettier.format(text, { ...options, parser: 'json' });
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(GOLDEN, written);
    expect(existsSync(GOLDEN)).toBe(true);
    expect(written).toBe(readFileSync(GOLDEN, 'utf8'));
  });

  it('says of every route what it does and how it fails', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, { summary, responses, parameters = [] }] of Object.entries(methods)) {
        const route = `${method} ${path}`;
        expect([route, Boolean(summary)]).toEqual([route, true]);
        const failure = responses['default']?.content ?? {};
        expect([route, Object.keys(failure)]).toEqual([route, ['application/problem+json']]);
        for (const parameter of parameters) {
          expect([route, parameter.name, parameter.schema]).not.toContain(undefined);
        }
      }
    }
  });
});

const RECENT_MS = 3 * 3_600_000;

/** Examples that can be tried out carry times of today; in the golden they stand still. */
function steady(value: unknown): unknown {
  const isInstant = typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  if (!isInstant || Math.abs(Date.parse(value) - Date.now()) > RECENT_MS) return value;
  return '2026-01-01T00:00:00.000Z';
}
