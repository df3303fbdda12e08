import { describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { SwarmOrchestrator } from './swarm-orchestrator.js';
import type { SwarmOptions } from './swarm-orchestrator.js';
import { TaskFailure } from './task-failure.js';
import { FakeRecorder, aTask, anAgent, done } from './testing.js';
import type { SwarmAgent, SwarmTask } from './types.js';

function aSwarm(agents: SwarmAgent[], tasks: SwarmTask[], options: Partial<SwarmOptions> = {}) {
  const tracker = new FakeRecorder();
  const swarm = new SwarmOrchestrator({ tracker, agents, ...options });
  swarm.addTasks(tasks);
  const states = () => Object.fromEntries(swarm.tasks().map((it) => [it.task.id, it.state]));
  return { swarm, tracker, states };
}

/** Works until it is told to give up. */
const untilAborted: SwarmAgent['run'] = (_, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new TaskFailure('gave up', { resourceUsage: { cpuMs: 5 } }));
    });
  });

describe(SwarmOrchestrator.name, () => {
  it('hands the outputs of dependencies to the dependent task', async () => {
    const agent = anAgent('a', (task, _, inputs) =>
      done(task.id === 'sum' ? [...inputs.values()] : task.input),
    );
    const { swarm, tracker } = aSwarm(
      [agent],
      [
        aTask('sum', { dependencies: ['one', 'two'] }),
        aTask('one', { input: 1 }),
        aTask('two', { input: 2 }),
      ],
    );
    await swarm.run();
    expect(swarm.tasks().find(({ task }) => task.id === 'sum')?.output).toEqual([1, 2]);
    expect(tracker.attempts.map(({ taskId }) => taskId)).toEqual(['one', 'two', 'sum']);
    expect(tracker.attempts.map(({ complexity }) => complexity)).toEqual([1, 1, 2]);
    expect(tracker.flushes).toBe(1);
  });

  it('takes urgent tasks first, then in order of arrival', async () => {
    const { swarm, tracker } = aSwarm(
      [anAgent('a')],
      [
        aTask('l', { priority: 'low' }),
        aTask('m'),
        aTask('h1', { priority: 'high' }),
        aTask('h2', { priority: 'high' }),
      ],
    );
    await swarm.run();
    expect(tracker.attempts.map(({ taskId }) => taskId)).toEqual(['h1', 'h2', 'm', 'l']);
  });

  it('gives a task only to an agent of its type and refuses to start without one', async () => {
    const tool = aTask('t', { agentType: 'tool_maker' });
    const { swarm, tracker } = aSwarm([anAgent('a')], [tool, aTask('c')]);
    expect(() => swarm.start()).toThrow('Task t needs an agent of type tool_maker; there is none');
    swarm.addAgent(anAgent('b', undefined, { type: 'tool_maker' }));
    await swarm.run();
    const pairs = tracker.attempts.map(({ taskId, agentId }) => taskId + agentId);
    expect(pairs.toSorted()).toEqual(['ca', 'tb']);
    expect(() => swarm.addTasks([aTask('x', { agentType: 'y' })])).not.toThrow();
  });

  it('records every attempt, frees the agent after a failure and keeps the complexity', async () => {
    let tries = 0;
    const flaky = anAgent('a', () => {
      tries += 1;
      const resourceUsage = { cpuMs: tries };
      if (tries < 3) throw new TaskFailure('flaky', { errorType: 'Flaky', resourceUsage });
      return Promise.resolve({ output: 1, resourceUsage });
    });
    const { swarm, tracker, states } = aSwarm([flaky], [aTask('t'), aTask('u')]);
    await swarm.run();
    const common = { agentId: 'a', complexity: 1 };
    const flakyOne = { ...common, status: 'failure', errorType: 'Flaky', attempt: 1 };
    const good = { ...common, status: 'success', errorType: undefined };
    expect(tracker.attempts).toEqual([
      { ...flakyOne, taskId: 't', cpuMs: 1 },
      { ...flakyOne, taskId: 'u', cpuMs: 2 },
      { ...good, taskId: 't', attempt: 2, cpuMs: 3 },
      { ...good, taskId: 'u', attempt: 2, cpuMs: 4 },
    ]);
    expect(states()).toEqual({ t: 'completed', u: 'completed' });
    expect(swarm.metrics()).toMatchObject({ attempts: 4, retries: 2, successPercent: 100 });
  });

  it('blocks what depends on a failed task, so that the swarm completes', async () => {
    const agent = anAgent('a', (task) =>
      task.id === 'bad' ? Promise.reject(new Error('no')) : done(),
    );
    const { swarm, tracker, states } = aSwarm(
      [agent],
      [
        aTask('bad', { maxAttempts: 2 }),
        aTask('b', { dependencies: ['bad'] }),
        aTask('c', { dependencies: ['b'] }),
        aTask('good'),
      ],
    );
    const metrics = await swarm.run();
    expect(states()).toEqual({ bad: 'failed', b: 'blocked', c: 'blocked', good: 'completed' });
    expect(tracker.attempts).toHaveLength(3);
    expect(metrics).toMatchObject({
      total: 4,
      tasks: { pending: 0, running: 0, completed: 1, failed: 1, blocked: 2 },
      completionPercent: 25,
      successPercent: 50,
      busyPercent: 0,
    });
  });

  it('does not try again what would fail in the same way', async () => {
    const agent = anAgent('a', () => {
      throw new TaskFailure('binary file', { retryable: false });
    });
    const { swarm, tracker } = aSwarm([agent], [aTask('t')]);
    await swarm.run();
    expect(tracker.attempts).toHaveLength(1);
  });

  it('treats a result that its agent finds wrong as a failed attempt', async () => {
    let output = 0;
    const agent = anAgent('a', () => done((output += 1)), {
      validate: (_, result) => (result.output === 1 ? 'one is not enough' : null),
    });
    const { swarm, tracker } = aSwarm([agent], [aTask('t')]);
    await swarm.run();
    expect(tracker.attempts.map(({ status, errorType }) => [status, errorType])).toEqual([
      ['failure', 'ValidationFailed'],
      ['success', undefined],
    ]);
  });

  it('aborts an attempt that takes too long, with what it had used', async () => {
    const { swarm, tracker, states } = aSwarm(
      [anAgent('a', untilAborted)],
      [aTask('t', { timeoutMs: 10, maxAttempts: 2 })],
    );
    await swarm.run();
    expect(states()).toEqual({ t: 'failed' });
    const timedOut = { status: 'timeout', errorType: 'TaskTimeout', cpuMs: 5 };
    expect(tracker.attempts).toMatchObject([timedOut, timedOut]);
  });

  it('leaves behind an agent run that ignores the signal, and its late result', async () => {
    let release: (() => void) | undefined;
    const deaf = anAgent('a', (task) =>
      task.id === 'slow'
        ? new Promise((resolve) => (release = () => resolve({ output: 'late' })))
        : done(),
    );
    const { swarm, states } = aSwarm(
      [deaf],
      [aTask('slow', { timeoutMs: 5, maxAttempts: 1 }), aTask('next')],
      { abortGraceMs: 5 },
    );
    await swarm.run();
    release?.();
    await delay(1);
    expect(states()).toEqual({ slow: 'failed', next: 'completed' });
  });

  it('clears its time-outs: nothing of a finished task happens later', async () => {
    const aborted: string[] = [];
    const agent = anAgent('a', (task, signal) => {
      signal.addEventListener('abort', () => aborted.push(task.id));
      return done();
    });
    const { swarm, tracker } = aSwarm([agent], [aTask('t', { timeoutMs: 20 })]);
    await swarm.run();
    await delay(40);
    expect(aborted).toEqual([]);
    expect(tracker.attempts).toHaveLength(1);
  });

  it('stops: aborts, records as cancelled, flushes; and goes on after a new start', async () => {
    let patient = true;
    const agent = anAgent('a', (task, signal, inputs) =>
      patient ? untilAborted(task, signal, inputs) : done(),
    );
    const { swarm, tracker, states } = aSwarm(
      [agent],
      [aTask('t', { maxAttempts: 1 }), aTask('u')],
    );
    const stopped = swarm.run();
    await delay(5);
    expect(swarm.metrics()).toMatchObject({ busyPercent: 100, tasks: { running: 1, pending: 1 } });
    await Promise.all([swarm.stop(), swarm.stop()]);
    await stopped;
    expect(tracker.attempts).toMatchObject([{ taskId: 't', status: 'cancelled', cpuMs: 5 }]);
    expect(tracker.flushes).toBeGreaterThan(0);
    expect(states()).toEqual({ t: 'pending', u: 'pending' });

    patient = false;
    await swarm.run();
    expect(states()).toEqual({ t: 'completed', u: 'completed' });
    expect(tracker.attempts.map(({ taskId, attempt }) => [taskId, attempt])).toEqual([
      ['t', 1],
      ['u', 1],
      ['t', 2],
    ]);
  });

  it('says complete once, also for tasks that were added on the way', async () => {
    const { swarm } = aSwarm([anAgent('a')], [aTask('t')]);
    let completes = 0;
    swarm.on('complete', () => (completes += 1));
    swarm.once('taskSettled', () => swarm.addTasks([aTask('u', { dependencies: ['t'] })]));
    const metrics = await swarm.run();
    await delay(5);
    expect(metrics.tasks.completed).toBe(2);
    expect(completes).toBe(1);
    expect(swarm.listenerCount('stopped')).toBe(0);
  });

  it('completes when there is nothing to do', async () => {
    const { swarm } = aSwarm([], []);
    expect(await swarm.run()).toMatchObject({ total: 0, completionPercent: null });
  });

  it('does the work even if the recorder fails', async () => {
    const broken = () => Promise.reject(new Error('recorder'));
    const tracker = { startTaskExecution: broken, endTaskExecution: broken, flush: broken };
    const { swarm, states } = aSwarm([anAgent('a')], [aTask('t')], { tracker });
    await swarm.run();
    expect(states()).toEqual({ t: 'completed' });
  });

  it('measures utilisation against the time of all agents', async () => {
    let nowMs = 100;
    const agent = anAgent('a', () => {
      nowMs += 30;
      return done();
    });
    const { swarm } = aSwarm([agent, anAgent('b', undefined, { type: 'other' })], [aTask('t')], {
      monotonicMs: () => nowMs,
    });
    await swarm.run();
    nowMs += 30;
    expect(swarm.metrics()).toMatchObject({ utilisationPercent: 25, meanTaskMs: 30 });
  });
});
