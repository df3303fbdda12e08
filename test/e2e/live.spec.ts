import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  AlertChange,
  Answer,
  Execution,
  RunningExecution,
  TaskCompleted,
} from '@app/contracts';
import { AgentPerformanceTracker } from '@app/tracker';
import { io } from 'socket.io-client';
import WebSocket from 'ws';

import { bootApp } from '../support/boot-app.js';
import type { BootedApp } from '../support/boot-app.js';

interface Frame {
  type: string;
  data: unknown;
}

describe('the live stream of the whole server', () => {
  let server: BootedApp;

  beforeAll(async () => {
    server = await bootApp();
  });
  afterAll(() => server.close());

  /** Collects until the condition holds; the test's time-out ends a wait in vain. */
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  const runSlowTask = async (agentId: string): Promise<string> => {
    const executionId = randomUUID();
    const task = { executionId, agentId, agentType: 'orchestrator', taskId: 'plan', complexity: 1 };
    const startedAt = new Date(Date.now() - 3000).toISOString();
    await server.send('POST', '/metrics', { ...task, status: 'running', startedAt });
    await server.send('POST', '/metrics', {
      ...task,
      status: 'success',
      startedAt,
      durationMs: 3000,
    });
    return executionId;
  };

  it('runs the plain WebSocket snippet of the documentation as it is written', async () => {
    const seen: Record<string, unknown[]> = {};
    const ws = new WebSocket(`${server.url.replace('http', 'ws')}/agent-performance`);
    ws.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Frame;
      switch (message.type) {
        case 'performance:taskStarted':
        case 'performance:taskCompleted':
        case 'performance:metricRecorded':
        case 'performance:alert':
          (seen[message.type] ??= []).push(message.data);
          break;
      }
    });
    await new Promise((resolve) => ws.once('open', resolve));
    const executionId = await runSlowTask('plain-1');
    await until(() => Object.keys(seen).length === 4);
    expect((seen['performance:taskStarted']?.[0] as RunningExecution).executionId).toBe(
      executionId,
    );
    expect(seen['performance:taskCompleted']?.[0] as TaskCompleted).toMatchObject({
      executionId,
      success: true,
      executionTime: 3000,
    });
    expect((seen['performance:metricRecorded']?.[0] as Execution).durationMs).toBe(3000);
    expect(seen['performance:alert']?.[0] as AlertChange).toMatchObject({
      transition: 'fired',
      alert: {
        type: 'slow_execution',
        severity: 'critical',
        thresholdValue: 1000,
        actualValue: 3000,
      },
    });
    ws.close();
  });

  it('gives Socket.IO clients the same, and an alert’s resolution', async () => {
    const seen: Record<string, unknown[]> = {};
    const socket = io(`${server.url}/agent-performance`, { transports: ['websocket'] });
    socket.onAny((name: string, data: unknown) => (seen[name] ??= []).push(data));
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    await runSlowTask('namespace-1');
    await until(
      () =>
        (seen['performance:alert']?.length ?? 0) > 0 &&
        (seen['performance:metricRecorded']?.length ?? 0) > 0,
    );
    const { alert } = seen['performance:alert']?.[0] as AlertChange;
    const resolved = await server.send<Answer<{ state: string }>>(
      'POST',
      `/alerts/${alert.id}/resolve`,
      {
        reason: 'looked at',
      },
    );
    expect(resolved.body.data.state).toBe('resolved');
    await until(() =>
      (seen['performance:alert'] as AlertChange[]).some(
        ({ transition }) => transition === 'resolved',
      ),
    );
    expect(Object.keys(seen)).toEqual(
      expect.arrayContaining(['performance:taskStarted', 'performance:taskCompleted']),
    );
    socket.close();
  });

  it('shows what the SDK reports', async () => {
    const tracker = new AgentPerformanceTracker({ url: server.url, flushIntervalMs: 20 });
    const id = ['sdk-1', 'SDK one', 'cognitive', 'task-1'] as const;
    await tracker.startTaskExecution(...id, 'Read a text', 2);
    await tracker.endTaskExecution(id[0], id[1], id[2], id[3], false, 'Unreadable', {
      cpuPercent: 12.5,
      memoryMb: 80,
    });
    await tracker.close();
    const { body } = await server.get<Answer<Execution[]>>('/metrics?agentId=sdk-1');
    expect(body.data).toMatchObject([
      {
        agentName: 'SDK one',
        taskName: 'Read a text',
        complexity: 2,
        status: 'failure',
        errorMessage: 'Unreadable',
        cpuPercent: 12.5,
        memoryMb: 80,
      },
    ]);
  });
});
