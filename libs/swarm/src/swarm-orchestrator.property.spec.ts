import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { SwarmOrchestrator } from './swarm-orchestrator.js';
import { FakeRecorder, aTask, anAgent } from './testing.js';
import type { SwarmTask } from './types.js';

interface Plan {
  tasks: SwarmTask[];
  /** What each attempt of each task does. */
  attempts: ('ok' | 'fail' | 'hang')[][];
  agents: number;
  concurrent: number;
  stopAfter: number | null;
}

const TYPES = ['cognitive', 'tool_maker'];

/** A task may depend on earlier ones only, so there is never a cycle. */
const plan: fc.Arbitrary<Plan> = fc
  .array(
    fc.record({
      dependsOn: fc.array(fc.nat(), { maxLength: 3 }),
      priority: fc.constantFrom('high' as const, 'medium' as const, 'low' as const),
      agentType: fc.constantFrom(...TYPES),
      maxAttempts: fc.integer({ min: 1, max: 3 }),
      attempts: fc.array(
        fc.oneof(
          { weight: 6, arbitrary: fc.constant('ok' as const) },
          { weight: 3, arbitrary: fc.constant('fail' as const) },
          { weight: 1, arbitrary: fc.constant('hang' as const) },
        ),
        { minLength: 3, maxLength: 3 },
      ),
    }),
    { maxLength: 25 },
  )
  .chain((shapes) =>
    fc.record({
      tasks: fc.constant(
        shapes.map(({ dependsOn, attempts: _, ...rest }, index) => {
          const dependencies = index === 0 ? [] : dependsOn.map((n) => `t${n % index}`);
          return aTask(`t${index}`, { ...rest, dependencies, timeoutMs: 3 });
        }),
      ),
      attempts: fc.constant(shapes.map(({ attempts }) => attempts)),
      agents: fc.integer({ min: 1, max: 4 }),
      concurrent: fc.integer({ min: 1, max: 5 }),
      stopAfter: fc.option(fc.nat({ max: 30 })),
    }),
  );

async function play({ tasks, attempts, agents, concurrent, stopAfter }: Plan) {
  const seen = { running: 0, most: 0, runs: 0, early: 0, doubled: 0, completes: 0 };
  const settled = new Map<string, string[]>();
  const failures = new Map<string, number>();
  const busy = new Set<string>();
  const tracker = new FakeRecorder();
  const swarm = new SwarmOrchestrator({ tracker, maxConcurrentTasks: concurrent });
  for (const agentType of TYPES) {
    for (let n = 0; n < agents; n += 1) {
      const id = `${agentType}-${n}`;
      const work = async (task: SwarmTask, signal: AbortSignal) => {
        const tried = failures.get(task.id) ?? 0;
        const act = attempts[Number(task.id.slice(1))]?.[tried];
        await turn();
        if (act === 'hang' && !signal.aborted) {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        }
        if ((signal.reason as Error | undefined)?.name !== 'TaskCancelled' && act !== 'ok') {
          failures.set(task.id, tried + 1);
        }
        if (act !== 'ok') throw new Error(act);
        return { output: task.id };
      };
      const run = async (task: SwarmTask, signal: AbortSignal) => {
        seen.runs += 1;
        seen.running += 1;
        seen.most = Math.max(seen.most, seen.running);
        if (busy.has(id)) seen.doubled += 1;
        busy.add(id);
        if (task.dependencies.some((it) => settled.get(it)?.[0] !== 'completed')) seen.early += 1;
        return work(task, signal).finally(() => {
          seen.running -= 1;
          busy.delete(id);
        });
      };
      swarm.addAgent(anAgent(id, run, { type: agentType }));
    }
  }
  swarm.on('taskSettled', ({ task, state }) => {
    settled.set(task.id, [...(settled.get(task.id) ?? []), state]);
  });
  swarm.on('complete', () => (seen.completes += 1));
  swarm.addTasks(tasks);
  const first = swarm.run();
  if (stopAfter !== null) {
    for (let turns = 0; turns < stopAfter; turns += 1) await turn();
    await swarm.stop();
    await first;
    if (seen.completes === 0) await swarm.run();
  }
  const metrics = await first.then(() => swarm.metrics());
  return { seen, settled, tracker, metrics };
}

describe('any graph of tasks', () => {
  it('is run to the end by the rules, whatever fails, hangs or is stopped', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (it) => {
        const { seen, settled, tracker, metrics } = await play(it);

        expect([...settled.keys()].toSorted()).toEqual(it.tasks.map(({ id }) => id).toSorted());
        for (const [id, states] of settled) {
          expect(states).toHaveLength(1);
          const task = it.tasks.find((one) => one.id === id);
          const good = task?.dependencies.every((d) => settled.get(d)?.[0] === 'completed');
          expect(states[0] !== 'blocked').toBe(good);
        }
        expect(seen).toMatchObject({ running: 0, early: 0, doubled: 0, completes: 1 });
        expect(seen.most).toBeLessThanOrEqual(it.concurrent);
        expect(tracker.openCount).toBe(0);
        expect(metrics.attempts).toBe(tracker.attempts.length);
        // A swarm stopped between assignment and work has an attempt that never got to run.
        const cancelled = tracker.attempts.filter(({ status }) => status === 'cancelled').length;
        expect(tracker.attempts.length - seen.runs).toBeGreaterThanOrEqual(0);
        expect(tracker.attempts.length - seen.runs).toBeLessThanOrEqual(cancelled);
        expect(Object.values(metrics.tasks).reduce((a, b) => a + b)).toBe(it.tasks.length);
      }),
      { numRuns: 200 },
    );
  });
});
