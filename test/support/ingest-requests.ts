import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';

import type { ExecutionRecord } from '@app/contracts';

import { API } from './boot-app.js';

/** A finished task of a few seconds ago; the changes may be anything, for tests of bad input. */
export function aRecord(
  changes: Partial<Record<keyof ExecutionRecord, unknown>> = {},
): ExecutionRecord {
  return {
    executionId: randomUUID(),
    agentId: 'reader-1',
    agentType: 'cognitive',
    taskId: 'task-1',
    status: 'success',
    startedAt: new Date(Date.now() - 5000).toISOString(),
    durationMs: 1200,
    ...changes,
  } as ExecutionRecord;
}

export function toNdjson(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

export interface RawAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

export interface OpenRequest {
  /** The body, to be written bit by bit. */
  body: ClientRequest;
  /** Settles with the answer, whether or not the body was sent to its end. */
  answer: Promise<RawAnswer>;
}

/** Begins a POST to the ingest route without sending a body yet. */
export function openIngest(url: string, headers: Record<string, string>): OpenRequest {
  return openRequest('POST', `${url}${API}/metrics`, headers);
}

/** Begins any request, with headers and verbs that fetch would not send. */
export function openRequest(
  method: string,
  url: string,
  headers: Record<string, string> = {},
): OpenRequest {
  const body = request(url, { method, headers });
  const answer = new Promise<RawAnswer>((resolve, reject) => {
    body.on('error', reject);
    body.on('response', (message: IncomingMessage) => {
      let text = '';
      message.setEncoding('utf8');
      message.on('data', (chunk: string) => (text += chunk));
      message.on('end', () =>
        resolve({ status: message.statusCode ?? 0, headers: message.headers, text }),
      );
    });
  });
  // A test may give a request up.
  answer.catch(() => undefined);
  return { body, answer };
}

/** Writes and waits until there is room for more. */
export async function write(stream: Writable, chunk: string | Uint8Array): Promise<void> {
  if (!stream.write(chunk)) await once(stream, 'drain');
}
