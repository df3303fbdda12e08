import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionRecord } from '@app/contracts';
import { AgentPerformanceTracker } from '@app/tracker';
import type { JobExecutor } from './job-executor.js';
import { runJob } from './jobs/run-job.js';
import { parseOptions } from './options.js';
import { runSampleSwarm } from './sample-swarm.js';

const CORPUS = join(import.meta.dirname, '../../../node_modules');
const inline: JobExecutor = { run: runJob, close: () => Promise.resolve() };

async function fakeTracker() {
  const records: ExecutionRecord[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const batch = JSON.parse(Buffer.concat(chunks).toString()) as ExecutionRecord[];
      records.push(...batch);
      response.end(
        JSON.stringify({ data: { accepted: batch.length, duplicates: 0, rejected: [] } }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { records, url, close };
}

describe(runSampleSwarm.name, () => {
  const { TMPDIR } = process.env;
  let temporary: string;

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'spec-'));
    process.env['TMPDIR'] = temporary;
  });
  afterAll(async () => {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    await rm(temporary, { recursive: true });
  });

  it('records measured work of all three types of agents and leaves nothing behind', async () => {
    const { records, url, close } = await fakeTracker();
    const tracker = new AgentPerformanceTracker({
      url,
      project: 'sample',
      flushIntervalMs: 200,
      transport: 'http',
    });
    const end = new AbortController();
    const seen = () => new Set(finished(records).map(({ agentId }) => agentId));
    tracker.on('flushed', () => {
      if (seen().size === 8) end.abort();
    });
    const metrics = await runSampleSwarm({
      tracker,
      executor: inline,
      corpus: CORPUS,
      durationMs: 30_000,
      seed: 1,
      concurrency: 8,
      dutyCycle: 1,
      signal: end.signal,
    });
    await tracker.close();
    await close();

    const done = finished(records);
    expect(seen().size).toBeGreaterThanOrEqual(6);
    const types = new Set(done.map(({ agentType }) => agentType));
    expect([...types].toSorted()).toEqual(['cognitive', 'orchestrator', 'tool_maker']);
    for (const record of done.filter(({ status }) => status === 'success')) {
      expect(record.cpuMs).toBeGreaterThan(0);
      expect(record.memoryMb).toBeGreaterThan(0);
      expect(record.durationMs).toBeGreaterThan(0);
    }
    expect(metrics.tasks.completed).toBeGreaterThan(5);
    expect(metrics.attempts).toBe(done.length);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('refuses a corpus without packages', async () => {
    const { signal } = new AbortController();
    const tracker = new AgentPerformanceTracker({ url: 'http://127.0.0.1:1' });
    const common = { tracker, executor: inline, durationMs: 1, seed: 1, concurrency: 1, signal };
    await expect(runSampleSwarm({ ...common, corpus: import.meta.dirname })).rejects.toThrow(
      'there are no packages',
    );
  });
});

describe(parseOptions.name, () => {
  it('takes the defaults, and the nearest node_modules', () => {
    expect(parseOptions([], {})).toMatchObject({
      url: 'http://127.0.0.1:9999',
      project: 'sample',
      durationMs: 180_000,
      seed: 1,
      corpus: CORPUS,
      untilStdinCloses: false,
      chat: undefined,
    });
  });

  it('reads the chat endpoint from the environment', () => {
    const env = { OPENAI_BASE_URL: 'http://x/v1', OPENAI_API_KEY: 'k', OPENAI_MODEL: 'm' };
    const chat = { baseUrl: 'http://x/v1', apiKey: 'k', model: 'm' };
    expect(parseOptions(['--duration', '0'], env)).toMatchObject({ chat, durationMs: 2 ** 31 - 1 });
  });

  it.each([[['--duration', 'long']], [['--seed', '-1']], [['--sed', '1']]])(
    'refuses %p',
    (args) => {
      expect(() => parseOptions(args, {})).toThrow(args[0]);
    },
  );
});

function finished(records: ExecutionRecord[]): ExecutionRecord[] {
  return records.filter(({ status }) => status !== 'running');
}
