/**
 * Load generator, a process of its own: patches fresh ids into prepared bodies and sends them over
 * keep-alive connections; prints one JSON line of what was acknowledged and how long it took.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import { INGEST_SOCKET_PATH } from '@app/contracts';

import { idOf, sampleRecords } from './sample-records.js';

export interface LoadOptions {
  port: number;
  door: 'http' | 'websocket';
  /** Records in one request or message. */
  batch: number;
  connections: number;
  /** Messages that may be under way on a WebSocket at once. */
  inFlight: number;
  gzip: boolean;
  seconds: number;
  /** Differs between runs, so that no id comes twice. */
  run: number;
}

export interface LoadResult {
  records: number;
  /** Answers other than "all accepted". */
  refused: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  cpuUs: number;
}

const API = '/api/v1/agent-performance/metrics';
const TEMPLATES = 16;
const ID_DIGITS = 12;

/** A body whose ids can be replaced in place. */
interface Template {
  bytes: Buffer;
  /** Where the last twelve digits of each id are. */
  ids: number[];
}

const options = JSON.parse(process.argv[2] ?? '{}') as LoadOptions;
let sequence = 0;

function template(seed: number): Template {
  const records = sampleRecords(options.batch, seed, Date.now(), options.run);
  const bytes = Buffer.from(JSON.stringify(options.batch === 1 ? records[0] : records));
  const ids = records.map((_, index) => {
    const id = idOf(options.run, index);
    return bytes.indexOf(`"${id}"`) + 1 + id.length - ID_DIGITS;
  });
  return { bytes, ids };
}

function freshen({ bytes, ids }: Template): Buffer {
  for (const at of ids)
    bytes.write((sequence++).toString(16).padStart(ID_DIGITS, '0'), at, 'latin1');
  return bytes;
}

/** Compressed bodies cannot be patched: enough of them are made before the clock starts. */
function compressed(templates: Template[]): Buffer[] {
  const enough = Math.min(4000, Math.ceil((options.seconds * 250_000) / options.batch));
  return Array.from({ length: enough }, (_, index) =>
    gzipSync(freshen(templates[index % TEMPLATES] as Template), { level: 1 }),
  );
}

const latencies: number[] = [];
const result = { records: 0, refused: 0 };
let endMs = 0;

function settled(sentMs: number, accepted: number, expected: number): void {
  latencies.push(performance.now() - sentMs);
  result.records += accepted;
  if (accepted !== expected) result.refused += 1;
}

function httpRequests(templates: Template[]): () => Buffer[] | null {
  const ready = options.gzip ? compressed(templates) : null;
  const head = (length: number): Buffer =>
    Buffer.from(
      `POST ${API} HTTP/1.1\r\nHost: 127.0.0.1:${options.port}\r\nContent-Type: application/json\r\n` +
        `${options.gzip ? 'Content-Encoding: gzip\r\n' : ''}Content-Length: ${length}\r\n\r\n`,
    );
  const heads = templates.map(({ bytes }) => head(bytes.length));
  let next = 0;
  return () => {
    const turn = next++;
    if (ready) {
      const body = ready[turn];
      return body ? [head(body.length), body] : null;
    }
    const at = turn % TEMPLATES;
    return [heads[at] as Buffer, Buffer.from(freshen(templates[at] as Template))];
  };
}

function overHttp(socket: Socket, next: () => Buffer[] | null): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentMs = 0;
    let answer = '';
    const send = (): void => {
      const request = performance.now() < endMs ? next() : null;
      if (!request) {
        socket.destroy();
        resolve();
        return;
      }
      sentMs = performance.now();
      socket.cork();
      for (const part of request) socket.write(part);
      socket.uncork();
    };
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      const body = answer.indexOf('\r\n\r\n') + 4;
      if (body < 4) return;
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? 0);
      if (answer.length < body + length) return;
      settled(sentMs, Number(/"accepted":(\d+)/.exec(answer)?.[1] ?? 0), options.batch);
      // As a well-behaved client does, whose next attempt is another record all the same.
      const pauseMs = 1000 * Number(/retry-after: (\d+)/i.exec(answer)?.[1] ?? 0);
      answer = '';
      if (pauseMs === 0) send();
      else setTimeout(send, pauseMs);
    });
    socket.on('error', reject);
    send();
  });
}

/** A client's frame with the mask 0, so that masking changes nothing and ids stay patchable. */
function framed({ bytes, ids }: Template): Template {
  const long = bytes.length > 65_535;
  const head = Buffer.alloc(long ? 14 : bytes.length > 125 ? 8 : 6);
  head[0] = 0x81;
  head[1] = 0x80 | (long ? 127 : bytes.length > 125 ? 126 : bytes.length);
  if (long) head.writeBigUInt64BE(BigInt(bytes.length), 2);
  else if (bytes.length > 125) head.writeUInt16BE(bytes.length, 2);
  return { bytes: Buffer.concat([head, bytes]), ids: ids.map((at) => at + head.length) };
}

function overWebSocket(socket: Socket, templates: Template[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const sentMs: number[] = [];
    let acked = 0;
    let turn = 0;
    let buffer = '';
    const fill = (): void => {
      socket.cork();
      while (sentMs.length - acked < options.inFlight && performance.now() < endMs) {
        sentMs.push(performance.now());
        socket.write(Buffer.from(freshen(templates[turn++ % TEMPLATES] as Template)));
      }
      socket.uncork();
      if (sentMs.length !== acked) return;
      socket.destroy();
      resolve();
    };
    socket.on('data', (chunk) => {
      buffer += chunk.toString('latin1');
      if (turn === 0 && !buffer.includes('\r\n\r\n')) return;
      for (const [, upTo, accepted] of buffer.matchAll(/"acked":(\d+),"accepted":(\d+)[^}]*\}/g)) {
        const first = acked;
        acked = Number(upTo);
        settled(sentMs[acked - 1] ?? 0, Number(accepted), (acked - first) * options.batch);
      }
      buffer = buffer.slice(Math.max(0, buffer.lastIndexOf('}') + 1));
      fill();
    });
    socket.on('error', reject);
    socket.write(
      `GET ${INGEST_SOCKET_PATH} HTTP/1.1\r\nHost: 127.0.0.1:${options.port}\r\nUpgrade: websocket\r\n` +
        'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
  });
}

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(options.port, '127.0.0.1', () => resolve(socket.setNoDelay(true)));
    socket.once('error', reject);
  });
}

const templates = Array.from({ length: TEMPLATES }, (_, index) => template(index + 1));
const next = httpRequests(templates);
const sockets = await Promise.all(Array.from({ length: options.connections }, open));
const startMs = performance.now();
const before = process.cpuUsage();
endMs = startMs + options.seconds * 1000;
await Promise.all(
  sockets.map((socket) =>
    options.door === 'http' ? overHttp(socket, next) : overWebSocket(socket, templates.map(framed)),
  ),
);
const seconds = (performance.now() - startMs) / 1000;
const used = process.cpuUsage(before);
latencies.sort((a, b) => a - b);
const quantile = (q: number): number => latencies[Math.ceil(q * latencies.length) - 1] ?? 0;
const summary: LoadResult = {
  ...result,
  seconds,
  p50Ms: quantile(0.5),
  p99Ms: quantile(0.99),
  cpuUs: used.user + used.system,
};
process.stdout.write(`${JSON.stringify(summary)}\n`);
