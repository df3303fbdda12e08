import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';

import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@app/platform';

import { NdjsonBody } from './ndjson-body.js';

const bodyOf = (stream: PassThrough, silenceMs?: number): NdjsonBody =>
  new NdjsonBody(stream as unknown as IncomingMessage, null, silenceMs);

const read = async (body: NdjsonBody): Promise<string> => {
  let text = '';
  for await (const chunk of body.chunks()) text += chunk.toString();
  return text;
};

describe(NdjsonBody.name, () => {
  it('gives up a sender that says nothing while it is waited for', async () => {
    const stream = new PassThrough();
    stream.write('a\n');
    await expect(read(bodyOf(stream, 20))).rejects.toMatchObject({
      code: 'body-timeout',
      status: 408,
    });
  });

  it('does not hold its own slowness against the sender', async () => {
    const stream = new PassThrough();
    stream.end('a\nb\n');
    let text = '';
    for await (const chunk of bodyOf(stream, 20).chunks()) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      text += chunk.toString();
    }
    expect(text).toBe('a\nb\n');
  });

  it('ends when it is stopped, before or while it is read', async () => {
    const stopped = new DomainError('shutting-down', 503);
    const before = bodyOf(new PassThrough());
    before.stop(stopped);
    await expect(read(before)).rejects.toBe(stopped);
    const during = bodyOf(new PassThrough());
    const reading = read(during);
    setImmediate(() => during.stop(stopped));
    await expect(reading).rejects.toBe(stopped);
  });
});
