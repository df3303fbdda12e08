import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runJob } from './run-job.js';

describe('asking a chat model', () => {
  const asked: { url: string | undefined; key: string | undefined; body: string }[] = [];
  let answer = { status: 200, body: '' };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      asked.push({ url: request.url, key: request.headers.authorization, body });
      response.writeHead(answer.status).end(answer.body);
    });
  });
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chat-'));
    file = join(folder, 'a.md');
    await writeFile(file, 'This is a sentence of seven words.\n\n'.repeat(20));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  function summarise() {
    const { port } = server.address() as AddressInfo;
    const chat = { baseUrl: `http://127.0.0.1:${port}/v1/`, apiKey: 'secret', model: 'asked' };
    const job = { kind: 'summarise', files: [file], sentences: 3, chat } as const;
    return runJob({ job: { ...job, files: [file] }, dutyCycle: 1 }, new AbortController().signal);
  }

  it('records the tokens, the model and the bytes on the wire', async () => {
    const choices = [{ message: { content: 'All alike.' } }];
    const usage = { prompt_tokens: 120, completion_tokens: 3 };
    answer = { status: 200, body: JSON.stringify({ model: 'answered', choices, usage }) };
    const report = await summarise();
    expect(report).toMatchObject({ ok: true, output: ['All alike.'], model: 'answered' });
    expect(asked.at(-1)).toMatchObject({ url: '/v1/chat/completions', key: 'Bearer secret' });
    expect(report.usage).toMatchObject({
      inputTokens: 120,
      outputTokens: 3,
      networkBytes: Buffer.byteLength((asked.at(-1)?.body ?? '') + answer.body),
    });
  });

  it.each([
    [503, true],
    [401, false],
  ])('fails on HTTP %i, to be tried again: %p', async (status, retryable) => {
    answer = { status, body: '{}' };
    const report = await summarise();
    expect(report).toMatchObject({ ok: false, errorType: 'ChatFailed', retryable, model: 'asked' });
  });
});
