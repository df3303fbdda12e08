import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { anyJsonText, anyText } from '../support/hostile.js';
import { aRecord } from '../support/ingest-requests.js';
import { OpenApiJudge } from '../support/openapi-judge.js';
import type { OpenApiDocument, Parameter, Route } from '../support/openapi-judge.js';

/** More of it: FUZZ_RUNS=1000. The seed of a failure is printed, and FUZZ_SEED repeats it. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 25);
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
/** Nothing that pg_sleep(5) or a terrible plan would need. */
const PATIENCE_MS = 4000;

jest.setTimeout(600_000);

interface Shot {
  path: string;
  init: { method: string; body?: string; headers?: Record<string, string> };
}

describe('whatever is asked', () => {
  let server: BootedApp;
  let judge: OpenApiJudge;
  let sent = 0;
  let frames = 0;
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);

  beforeAll(async () => {
    process.on('unhandledRejection', note);
    server = await bootApp({ env: { AUTH: 'auto' } });
    await server.send('POST', '/metrics', [aRecord({ agentId: 'a' }), aRecord({ agentId: 'b' })]);
    const document = await fetch(`${server.url}/api/openapi.json`);
    judge = new OpenApiJudge((await document.json()) as OpenApiDocument);
  });
  afterAll(async () => {
    process.off('unhandledRejection', note);
    process.stdout.write(`  fuzzed: ${sent} requests, ${frames} socket messages, seed ${SEED}\n`);
    await server.close();
  });

  const shoot = async (route: Route, { path, init }: Shot): Promise<void> => {
    sent += 1;
    const startedMs = performance.now();
    const signal = AbortSignal.timeout(30_000);
    const answer = await fetch(`${server.url}${path}`, { ...init, signal, redirect: 'manual' });
    const text = await answer.text();
    const asked = `${init.method} ${path.slice(0, 300)} ${(init.body ?? '').slice(0, 300)}`;
    const told = `${asked} → ${answer.status} ${text.slice(0, 300)}`;
    if (answer.status >= 500) throw new Error(`5xx: ${told}`);
    // A month of everything may take its time on a busy machine; five seconds of sleep may not be.
    if (performance.now() - startedMs > PATIENCE_MS) throw new Error(`Slow: ${told}`);
    const complaint = judge.complaint(route, answer.status, answer.headers, text);
    if (complaint) throw new Error(`${complaint}: ${told}`);
  };

  it('every route answers as its description says, and never fails', async () => {
    const failures: string[] = [];
    for (const route of judge.routes) {
      const { failed, errorInstance } = await fc.check(
        fc.asyncProperty(anyShot(route), (shot) => shoot(route, shot)),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      );
      if (failed) failures.push(`${route.method} ${route.path}: ${String(errorInstance)}`);
    }
    expect(failures).toEqual([]);
    expect(rejections).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('all is still there', async () => {
    const { status, body } = await server.get<{ data: { agentId: string }[] }>('/agents');
    expect(status).toBe(200);
    expect(body.data.map(({ agentId }) => agentId)).toEqual(expect.arrayContaining(['a', 'b']));
    expect((await server.get('/status')).status).toBe(200);
  });

  it.each(['/agent-performance', '/agent-performance/ingest'])(
    'the socket %s bears any message',
    async (path) => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyFrame, { minLength: 1, maxLength: 10 }), async (messages) => {
          frames += messages.length;
          await talk(`${server.url.replace('http', 'ws')}${path}`, messages);
        }),
        { numRuns: RUNS * 2, seed: SEED },
      );
      expect(rejections).toEqual([]);
      expect((await server.get('/status')).status).toBe(200);
    },
  );

  it('Socket.IO bears any event', async () => {
    const event = fc.tuple(
      fc.oneof(anyText, fc.constantFrom('subscribe', 'getAgentMetrics', 'getPerformanceTrends')),
      fc.array(fc.anything({ maxDepth: 2, withNullPrototype: false, withBigInt: false }), {
        maxLength: 3,
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 10 }), async (events) => {
        const client = io(`${server.url}/agent-performance`, {
          transports: ['websocket'],
          forceNew: true,
          reconnection: false,
        });
        await new Promise<void>((resolve, reject) => {
          client.once('connect', resolve);
          client.once('connect_error', reject);
        });
        for (const [name, values] of events) {
          frames += 1;
          // The client itself refuses a few names.
          if (!RESERVED.has(name)) client.emit(name, ...values.map(plain));
        }
        // What was sent before has been read when this is answered, or the client was closed.
        await Promise.race([
          client
            .timeout(5000)
            .emitWithAck('ping', {})
            .catch(() => undefined),
          new Promise((resolve) => client.once('disconnect', resolve)),
        ]);
        client.close();
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(rejections).toEqual([]);
    expect((await server.get('/status')).status).toBe(200);
  });
});

const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

/** Without functions, which would be acknowledgements, and without cycles. */
function plain(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return null;
  }
}

const anyFrame = fc.oneof(
  anyJsonText,
  fc
    .tuple(
      fc.constantFrom('subscribe', 'ping', 'getAgentMetrics', 'getPerformanceTrends'),
      fc.json(),
    )
    .map(([type, json]) => `{"type":"${type}","data":${json}}`),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
);

/** Says everything, and waits until it was heard or the connection was closed. */
async function talk(url: string, messages: readonly (string | Buffer)[]): Promise<void> {
  const socket = new WebSocket(url);
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([new Promise((resolve) => socket.once('open', resolve)), closed]);
  for (const message of messages) {
    if (socket.readyState === WebSocket.OPEN) socket.send(message);
  }
  const ponged = new Promise<void>((resolve) => socket.once('pong', () => resolve()));
  if (socket.readyState === WebSocket.OPEN) socket.ping();
  await Promise.race([ponged, closed]);
  socket.close();
  await closed;
}

function anyShot(route: Route): fc.Arbitrary<Shot> {
  const query = fc.oneof(
    { weight: 3, arbitrary: fc.record(likely(route), { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.dictionary(anyText, anyText, { maxKeys: 3 }) },
  );
  const body =
    route.hasBody || fc.sample(fc.boolean(), 1)[0] ? fc.option(bodyOf(route)) : fc.constant(null);
  const contentType = fc.constantFrom(
    ...Array<string>(12).fill('application/json'),
    'application/json; charset=utf-8',
    'application/json; charset=utf-7',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/x-ndjson',
  );
  const pathValues = fc.record(
    Object.fromEntries(route.pathNames.map((name) => [name, fc.oneof(anyText, ids)])),
  );
  return fc.record({ query, body, contentType, pathValues }).map((shot) => {
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent((shot.pathValues[name] ?? '').toWellFormed() || '-'),
    );
    const search = Object.entries(shot.query)
      .map(([name, value]) => `${escaped(name)}=${escaped(String(value))}`)
      .join('&');
    const body = route.method === 'GET' ? null : shot.body;
    return {
      path: `${path}${search && `?${search}`}`,
      init: {
        method: route.method,
        ...(body !== null && { body, headers: { 'content-type': shot.contentType } }),
      },
    };
  });
}

const escaped = (text: string): string => encodeURIComponent(text.toWellFormed());

const ids = fc.constantFrom(
  'a',
  'b',
  'slow_execution',
  '00000000-0000-4000-8000-000000000000',
  '1~00000000-0000-4000-8000-000000000000',
);

/** Values that a parameter may well take, and others. */
function likely(route: Route): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(
    route.query.map(({ name, schema }: Parameter) => {
      const good: unknown[] = [...(schema?.enum ?? []), schema?.example, schema?.default];
      const known = good.filter((value) => value !== undefined && value !== null);
      const agents = name.startsWith('agentId') ? ['a', 'a,b'] : [];
      return [name, fc.oneof(anyText, fc.integer(), fc.constantFrom(...known, ...agents, 'x'))];
    }),
  );
}

/** A body with the fields of the description, each of them anything; or anything at all. */
function bodyOf(route: Route): fc.Arbitrary<string> {
  const value = fc.oneof(
    anyText,
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.jsonValue(),
  );
  const fields = Object.fromEntries(
    route.bodyFields.map(({ name, schema }) => {
      const good = [...(schema?.enum ?? []), schema?.example].filter((one) => one !== undefined);
      return [name, good.length > 0 ? fc.oneof(value, fc.constantFrom(...good)) : value];
    }),
  );
  const shaped = fc.record(fields, { requiredKeys: [] }).map((one) => JSON.stringify(one));
  return route.bodyFields.length > 0 ? fc.oneof(anyJsonText, shaped, shaped) : anyJsonText;
}
