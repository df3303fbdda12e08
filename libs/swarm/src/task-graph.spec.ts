import { describe, expect, it } from '@jest/globals';
import { aTask } from './testing.js';
import { TaskGraph, TaskGraphError } from './task-graph.js';

describe(TaskGraph.name, () => {
  const refused = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      if (error instanceof TaskGraphError) return [error.problem, error.message];
    }
    return 'not refused';
  };

  it('names the tasks of a cycle and takes in none of the batch', () => {
    const graph = new TaskGraph(10);
    const tasks = [
      aTask('start'),
      aTask('a', { dependencies: ['c', 'start'] }),
      aTask('b', { dependencies: ['a'] }),
      aTask('c', { dependencies: ['b'] }),
      aTask('after', { dependencies: ['c'] }),
    ];
    const [problem, message] = refused(() => graph.add(tasks));
    expect(problem).toBe('cycle');
    expect(message).toMatch(/: (a → c → b → a|b → a → c → b|c → b → a → c)$/);
    expect(graph.all()).toEqual([]);
  });

  it.each([
    ['itself', aTask('a', { dependencies: ['a'] }), 'cycle'],
    ['a stranger', aTask('a', { dependencies: ['x'] }), 'unknown-dependency'],
  ])('refuses a task that depends on %s', (_, task, problem) => {
    expect(refused(() => new TaskGraph(10).add([task]))).toContain(problem);
  });

  it('refuses a known id and senseless figures', () => {
    const graph = new TaskGraph(10);
    graph.add([aTask('a')]);
    expect(refused(() => graph.add([aTask('a')]))).toContain('duplicate-task');
    expect(refused(() => graph.add([aTask('b'), aTask('b')]))).toContain('duplicate-task');
    expect(refused(() => graph.add([aTask('c', { maxAttempts: 0 })]))).toContain('invalid-task');
    expect(refused(() => graph.add([aTask('d', { timeoutMs: -1 })]))).toContain('invalid-task');
    expect(graph.all()).toHaveLength(1);
  });

  it('blocks the whole chain behind a failure, however long it is', () => {
    const graph = new TaskGraph(1e6);
    const chain = Array.from({ length: 20_000 }, (_, i) =>
      aTask(`t${i}`, { dependencies: i === 0 ? [] : [`t${i - 1}`] }),
    );
    const [first] = graph.add(chain);
    if (first === undefined) throw new Error('nothing added');
    expect(graph.fail(first)).toHaveLength(19_999);
    expect(graph.get('t7')?.error).toBe('dependency t6 did not complete');
    const [late] = graph.add([aTask('late', { dependencies: ['t9'] })]);
    expect(late?.state).toBe('blocked');
    expect(graph.unsettled).toBe(0);
  });

  it('forgets the oldest settled tasks, but none whose output is still wanted', () => {
    const graph = new TaskGraph(3);
    const [wanted] = graph.add([aTask('wanted'), aTask('gate')]);
    if (wanted === undefined) throw new Error('nothing added');
    graph.complete(wanted, 42);
    const [waiting] = graph.add([aTask('waiting', { dependencies: ['wanted', 'gate'] })]);
    for (let i = 0; i < 20; i += 1) {
      for (const node of graph.add([aTask(`n${i}`)])) graph.complete(node, i);
    }
    expect(graph.all().map(({ task }) => task.id)).toEqual([
      'wanted',
      'gate',
      'waiting',
      'n18',
      'n19',
    ]);
    expect(waiting && graph.inputsOf(waiting).get('wanted')).toBe(42);
    expect(graph.countsByState()).toMatchObject({ completed: 21, pending: 2 });
  });
});
