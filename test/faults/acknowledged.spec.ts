import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, ExecutionRecord, IngestResult } from '@app/contracts';
import { AgentPerformanceTracker } from '@app/tracker';
import pg from 'pg';

import { API } from '../support/boot-app.js';
import { freshDatabase } from '../support/fresh-database.js';
import type { FreshDatabase } from '../support/fresh-database.js';
import { seeded, uuidFrom } from '../support/random-history.js';
import { freePort, startReadyTracker, temporaryFolder } from '../support/tracker-process.js';
import type { RunningTracker } from '../support/tracker-process.js';

const KILLS = 4;
const SENDERS = 4;

describe('what was acknowledged, when the server is killed under load', () => {
  const random = seeded(Date.now());
  let folder: string;
  let database: FreshDatabase;
  let env: Record<string, string>;
  let tracker: RunningTracker;

  beforeAll(async () => {
    folder = temporaryFolder();
    database = await freshDatabase('faults');
    env = {
      DATABASE_URL: database.url,
      DATA_DIR: join(folder, 'data'),
      PORT: String(await freePort()),
    };
    tracker = await startReadyTracker(env);
  });
  afterAll(async () => {
    tracker.signal('SIGTERM');
    await tracker.exited;
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ids = async (agentPrefix: string): Promise<string[]> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ execution_id: string }>(
      `SELECT m.execution_id FROM agent_performance_metrics m
       JOIN agents a ON a.agent_key = m.agent_key WHERE a.agent_id LIKE $1`,
      [`${agentPrefix}%`],
    );
    await client.end();
    return rows.map((row) => row.execution_id);
  };

  const killAndRestart = async (): Promise<void> => {
    await sleep(200 + random() * 500);
    tracker.signal('SIGKILL');
    await tracker.exited;
    tracker = await startReadyTracker(env);
  };

  it('is stored, each once, and nothing else is', async () => {
    const attempted = new Set<string>();
    const acknowledged = new Set<string>();
    let done = false;

    const send = async (sender: number): Promise<void> => {
      while (!done) {
        const batch = Array.from({ length: 20 }, (): ExecutionRecord => {
          const executionId = uuidFrom(random);
          attempted.add(executionId);
          return {
            executionId,
            agentId: `sender-${sender}`,
            agentType: 'cognitive',
            taskId: 'load',
            status: 'success',
            endedAt: new Date().toISOString(),
            durationMs: 10,
          };
        });
        // Half of the batches are given up after a failure: they may be stored, or not.
        for (let tries = random() < 0.5 ? 100 : 1; tries > 0; tries -= 1) {
          const answer = await post(env.PORT ?? '', batch);
          if (!answer) {
            await sleep(50);
            continue;
          }
          expect(answer.accepted + answer.duplicates).toBe(batch.length);
          for (const { executionId } of batch) acknowledged.add(executionId ?? '');
          break;
        }
      }
    };

    const senders = Array.from({ length: SENDERS }, (_, index) => send(index));
    for (let kill = 0; kill < KILLS; kill += 1) await killAndRestart();
    await sleep(300);
    done = true;
    await Promise.all(senders);
    const stored = await ids('sender-');
    expect(acknowledged.size).toBeGreaterThan(0);
    expect(new Set(stored).size).toBe(stored.length);
    expect([...acknowledged].filter((id) => !stored.includes(id))).toEqual([]);
    expect(stored.filter((id) => !attempted.has(id))).toEqual([]);
  });

  it('loses nothing of the SDK, which keeps what is not yet acknowledged', async () => {
    const client = new AgentPerformanceTracker({
      url: `http://127.0.0.1:${String(env.PORT)}`,
      flushIntervalMs: 20,
      timeoutMs: 2000,
    });
    const started: string[] = [];
    const restart = killAndRestart();
    for (let task = 0; task < 150; task += 1) {
      const id = ['sdk-agent', 'SDK agent', 'cognitive', `task-${task}`] as const;
      started.push(await client.startTaskExecution(...id, 'work', 1));
      await client.endTaskExecution(...id, true);
      await sleep(10);
    }
    await restart;
    await client.flush();
    await client.close();
    const stored = await ids('sdk-agent');
    expect([...stored].sort()).toEqual([...started].sort());
  });
});

/** @returns null when the server is away or does not take it now */
async function post(port: string, batch: ExecutionRecord[]): Promise<IngestResult | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${API}/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(batch),
      signal: AbortSignal.timeout(5000),
    });
    return answer.ok ? ((await answer.json()) as Answer<IngestResult>).data : null;
  } catch {
    // Refused, reset or cut off: the outcome is unknown.
    return null;
  }
}
