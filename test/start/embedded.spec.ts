import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import {
  eventually,
  isAlive,
  postmasterOf,
  startReadyTracker,
  startTracker,
  statusOf,
  temporaryFolder,
} from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

const API = '/api/v1/agent-performance';

async function record(tracker: RunningTracker, taskId: string): Promise<number> {
  const answer = await fetch(`${tracker.url}${API}/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      agentId: 'a1',
      agentType: 'cognitive',
      taskId,
      status: 'success',
      endedAt: new Date().toISOString(),
      durationMs: 1200,
    }),
  });
  return answer.status;
}

async function recordedTasks(tracker: RunningTracker): Promise<string[]> {
  const answer = await fetch(`${tracker.url}${API}/metrics?window=1h`);
  const { data } = (await answer.json()) as { data: { taskId: string }[] };
  return data.map(({ taskId }) => taskId).sort();
}

describe('a tracker with its own database', () => {
  let folder: string;
  let dataDir: string;
  const running = new Set<RunningTracker>();
  const start = async (env: Record<string, string> = {}): Promise<RunningTracker> => {
    const tracker = await startReadyTracker({ DATA_DIR: dataDir, ...env });
    running.add(tracker);
    return tracker;
  };

  // One store for all, so that each start but the first finds what the last one left.
  beforeAll(() => {
    folder = temporaryFolder();
    dataDir = join(folder, 'data');
  });
  afterEach(async () => {
    for (const tracker of running) tracker.signal('SIGKILL');
    await Promise.all([...running].map(({ exited }) => exited));
    running.clear();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('says where it is, and stops on SIGTERM with nothing left running', async () => {
    const tracker = await start();
    expect(await statusOf(`${tracker.url}/readyz`)).toBe(200);
    expect(await eventually(() => tracker.stdout().includes('Stop'))).toBe(true);
    expect(tracker.stdout()).toContain(`:${new URL(tracker.url).port}/agent-performance\n`);
    expect(tracker.stdout()).toContain(dataDir);
    expect(await record(tracker, 'before-stop')).toBeLessThan(300);
    const postmaster = postmasterOf(dataDir);
    const toldAtMs = performance.now();
    tracker.signal('SIGTERM');
    tracker.signal('SIGINT');
    expect(await tracker.exited).toBe(0);
    expect(performance.now() - toldAtMs).toBeLessThan(10_000);
    expect(isAlive(postmaster)).toBe(false);
    expect(tracker.stderr()).toBe('');
  });

  it('takes its database along when it is killed, and finds everything again', async () => {
    const tracker = await start();
    expect(await record(tracker, 'before-kill')).toBeLessThan(300);
    const postmaster = postmasterOf(dataDir);
    tracker.signal('SIGKILL');
    await tracker.exited;
    expect(await eventually(() => !isAlive(postmaster))).toBe(true);
    expect(await recordedTasks(await start())).toEqual(['before-kill', 'before-stop']);
  });

  it('stops the database of a run whose every other process was killed', async () => {
    const tracker = await start();
    const postmaster = postmasterOf(dataDir);
    const watchdog = parentOf(postmaster);
    process.kill(watchdog, 'SIGKILL');
    tracker.signal('SIGKILL');
    await tracker.exited;
    expect(isAlive(postmaster)).toBe(true);
    const next = await start();
    expect(isAlive(postmaster)).toBe(false);
    expect(await recordedTasks(next)).toContain('before-stop');
  });

  it('starts its database again when that is killed', async () => {
    const tracker = await start();
    const postmaster = postmasterOf(dataDir);
    process.kill(postmaster, 'SIGKILL');
    expect(
      await eventually(
        async () => !isAlive(postmaster) && (await statusOf(`${tracker.url}/readyz`)) === 200,
      ),
    ).toBe(true);
    expect(postmasterOf(dataDir)).not.toBe(postmaster);
    expect(await record(tracker, 'after-revival')).toBeLessThan(300);
    tracker.signal('SIGTERM');
    expect(await tracker.exited).toBe(0);
  });

  it('refuses a data folder that another tracker uses, and leaves that one alone', async () => {
    const first = await start();
    const second = await startTracker({ DATA_DIR: dataDir });
    expect(await second.exited).toBe(1);
    expect(second.stderr()).toBe(
      `Another tracker (process ${first.pid}) uses ${dataDir}: stop it, or set DATA_DIR to another folder\n`,
    );
    expect(await statusOf(`${first.url}/readyz`)).toBe(200);
  });

  it('can be stopped while it is still starting', async () => {
    const tracker = await startTracker({ DATA_DIR: dataDir, LOG_LEVEL: 'log' });
    running.add(tracker);
    await eventually(() => tracker.stdout().includes('Starting PostgreSQL'));
    tracker.signal('SIGTERM');
    expect(await tracker.exited).toBe(0);
    expect(() => postmasterOf(dataDir)).toThrow('ENOENT');
  });
});

function parentOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
}
