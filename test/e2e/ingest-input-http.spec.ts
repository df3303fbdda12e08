import { connect } from 'node:net';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, IngestResult, Problem, Status } from '@app/contracts';

import { API, bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';
import { aRecord, openRequest } from '../support/ingest-requests.js';
import type { RawAnswer } from '../support/ingest-requests.js';

const MIB = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

interface OpenApi {
  paths: Record<string, Record<string, unknown>>;
}

describe('requests that are not as they should be', () => {
  let server: BootedApp;

  beforeAll(async () => {
    server = await bootApp();
  });
  afterAll(() => server.close());

  const post = async (
    body: string | Uint8Array<ArrayBuffer> | null,
    headers: Record<string, string> = JSON_TYPE,
    query = '',
  ): Promise<{ status: number; body: Problem & Answer<IngestResult> }> => {
    const url = `${server.url}${API}/metrics${query}`;
    const answer = await fetch(url, { method: 'POST', body, headers });
    return { status: answer.status, body: (await answer.json()) as Problem & Answer<IngestResult> };
  };
  const ask = (
    method: string,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<RawAnswer> => {
    const { body, answer } = openRequest(method, server.url + path, headers);
    body.end();
    return answer;
  };
  /** Says anything at all, and hears all that is said back. */
  const say = (...pieces: (string | Buffer)[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(server.url);
      let heard = '';
      const socket = connect(Number(port), '127.0.0.1', () => {
        for (const piece of pieces) socket.write(piece);
      });
      socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
      socket.on('error', (error: NodeJS.ErrnoException) => {
        // The server may close while we are still talking.
        if (heard === '') reject(error);
      });
      socket.on('close', () => resolve(heard));
    });
  const accepted = async (): Promise<number> =>
    (await server.get<Answer<Status>>('/status')).body.data.ingest.accepted;

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['text/json', 415],
    ['application/xml', 415],
    ['application/json; charset=utf-16', 415],
    ['application/json; charset=utf-7', 415],
    ['application/x-ndjson; charset=latin1', 415],
    ['no type at all', 415],
    ['application/json; charset="UTF-8"', 200],
    ['application/json; charset=utf-8; profile="x"', 200],
    ['APPLICATION/JSON', 200],
  ])('of type %s is answered with %i', async (type, status) => {
    const before = await accepted();
    const answer = await post(new TextEncoder().encode(JSON.stringify([aRecord()])), {
      'content-type': type,
    });
    expect([answer.status, (await accepted()) - before]).toEqual([status, status === 200 ? 1 : 0]);
  });

  it('needs a type for a body, and a body', async () => {
    const untyped = await post(new TextEncoder().encode('[]'), {});
    expect(untyped.status).toBe(415);
    const bodiless = await post(null, {});
    expect([bodiless.status, bodiless.body.code]).toEqual([400, 'empty-body']);
  });

  describe('packed', () => {
    const record = Buffer.from(JSON.stringify(aRecord({ agentId: 'packed' })));
    it.each([
      ['br', record, 415, 'unsupported-encoding'],
      ['deflate', record, 415, 'unsupported-encoding'],
      ['gzip, gzip', gzipSync(gzipSync(record)), 415, 'unsupported-encoding'],
      ['gzip, zstd', record, 415, 'unsupported-encoding'],
      ['x', record, 415, 'unsupported-encoding'],
      ['gzip', record, 400, 'malformed-body'],
      ['zstd', record, 400, 'malformed-body'],
      ['gzip', gzipSync(record).subarray(0, 40), 400, 'malformed-body'],
      ['zstd', zstdCompressSync(record).subarray(0, 40), 400, 'malformed-body'],
      [
        'zstd',
        Buffer.concat([zstdCompressSync(record), zstdCompressSync(record)]),
        400,
        'malformed-body',
      ],
      ['gzip', gzipSync(gzipSync(record)), 400, 'malformed-body'],
      ['gzip', gzipSync(Buffer.alloc(0)), 400, 'empty-body'],
      ['gzip', gzipSync(Buffer.alloc(16 * MIB + 1, ' ')), 413, 'body-too-large'],
      ['zstd', zstdCompressSync(Buffer.alloc(900 * MIB, ' ')), 413, 'body-too-large'],
      ['GZIP', gzipSync(record), 200, undefined],
      ['identity', record, 200, undefined],
    ])('as %s', async (encoding, body, status, code) => {
      const before = process.memoryUsage().rss;
      const answer = await post(new Uint8Array(body), {
        ...JSON_TYPE,
        'content-encoding': encoding,
      });
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(process.memoryUsage().rss - before).toBeLessThan(256 * MIB);
    });
  });

  it.each([
    ['of known length', `content-length: ${16 * MIB + 1}`, (body: Buffer) => [body]],
    [
      'in chunks',
      'transfer-encoding: chunked',
      (body: Buffer) => [`${body.length.toString(16)}\r\n`, body, '\r\n0\r\n\r\n'],
    ],
  ])('one byte too long, %s: 413, and the connection ends', async (_name, header, pieces) => {
    const before = await accepted();
    const { host } = new URL(server.url);
    const body = Buffer.alloc(16 * MIB + 1, ' ');
    body.write(JSON.stringify(aRecord()));
    const heard = await say(
      `POST ${API}/metrics HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n${header}\r\n\r\n`,
      ...pieces(body),
    );
    expect(heard).toMatch(/^HTTP\/1\.1 413 /);
    expect(heard).toContain('body-too-large');
    expect(await accepted()).toBe(before);
  });

  it.each([
    ['?projekt=x', 'projekt'],
    ['?__proto__=1', '__proto__'],
    ['?constructor=1', 'constructor'],
    ['?toString=1', 'toString'],
    ['?project=default&project=sample', 'project'],
    ['?project=No%20Slug', 'project'],
  ])('with the parameters %s', async (query, name) => {
    const { status, body } = await post(JSON.stringify(aRecord()), JSON_TYPE, query);
    expect(status).toBe(400);
    expect(body.errors?.map(({ path }) => path)).toContain(name);
  });

  it('with a URL that is too long, malformed, or for nobody', async () => {
    const statusOf = async (path: string): Promise<[number, string | undefined]> => {
      const { status, text } = await ask('GET', path);
      return [status, (JSON.parse(text) as Problem).code];
    };
    expect(await statusOf(`${API}/agents?sort=${'x'.repeat(9000)}`)).toEqual([414, 'url-too-long']);
    expect(await statusOf(`${API}/agents/${'x'.repeat(3000)}`)).toEqual([414, 'url-too-long']);
    expect(await statusOf(`${API}/agents/%zz`)).toEqual([400, 'invalid-request']);
    expect(await statusOf(`${API}/agents/%c3%28`)).toEqual([400, 'invalid-request']);
    expect(await statusOf(`${API}/agents/${encodeURIComponent('漢'.repeat(200))}`)).toEqual([
      404,
      'unknown-agent',
    ]);
  });

  it('with a header that is too large, or that are no HTTP', async () => {
    const { status, headers, text } = await ask('GET', `${API}/summary`, { x: 'y'.repeat(17_000) });
    expect([status, (JSON.parse(text) as Problem).code]).toEqual([431, 'headers-too-large']);
    expect(headers['content-type']).toContain('application/problem+json');
    const heard = await say('what is this\r\n\r\n');
    expect(heard).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(heard).toContain('"code":"invalid-request"');
  });

  it('with a verb that a route does not know: 405, and which it knows', async () => {
    const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as OpenApi;
    const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'];
    for (const path of Object.keys(document.paths)) {
      const address = path.replace(/\{\w+\}/g, 'x');
      // A fixed path may also be read as another route's id.
      const known = Object.entries(document.paths)
        .filter(([other]) => new RegExp(`^${other.replace(/\{\w+\}/g, '[^/]+')}$`).test(address))
        .flatMap(([, methods]) => Object.keys(methods))
        .map((method) => method.toUpperCase());
      for (const verb of verbs.filter((one) => !known.includes(one))) {
        const { status, headers, text } = await ask(verb, address);
        expect([path, verb, status, (JSON.parse(text) as Problem).code]).toEqual([
          path,
          verb,
          405,
          'method-not-allowed',
        ]);
        for (const one of known) expect(headers.allow?.split(', ')).toContain(one);
      }
      const options = await ask('OPTIONS', address);
      expect([path, options.status]).toEqual([path, 204]);
    }
    expect((await ask('PATCH', `${API}/nothing`)).status).toBe(404);
    expect((await ask('DELETE', '/livez')).status).toBe(405);
  });

  it('that came through somebody else are asked for a key, whatever they pretend', async () => {
    const headers = {
      ...JSON_TYPE,
      'x-forwarded-for': '10.0.0.1',
      'x-forwarded-host': 'a.example',
    };
    const { status, body } = await post(JSON.stringify(aRecord()), headers);
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'unauthenticated' });
  });
});
