import { describe, expect, it } from '@jest/globals';
import { anExecution } from '../testing/builders';
import { traceSteps, whereToLook } from './trace';

const at = (second: number): string => `2026-05-01T10:00:0${second}.000Z`;
const run = (executionId: string, parentExecutionId: string | null, from: number, to: number) =>
  anExecution({
    executionId,
    parentExecutionId,
    startedAt: at(from),
    endedAt: at(to),
    durationMs: (to - from) * 1000,
  });

describe(traceSteps.name, () => {
  const plan = run('plan', null, 0, 8);
  const read = run('read', 'plan', 2, 4);
  const parse = run('parse', 'read', 2, 3);

  it('goes by start, deeper below who started it, bars within the whole', () => {
    const steps = traceSteps(read, [plan, parse, plan, read]);
    expect(
      steps.map(({ run: { executionId }, depth, role }) => [executionId, depth, role]),
    ).toEqual([
      ['plan', 0, 'parent'],
      ['read', 1, 'self'],
      ['parse', 2, 'child'],
    ]);
    expect(steps.map(({ left, width }) => [left, width])).toEqual([
      [0, 100],
      [25, 25],
      [25, 12.5],
    ]);
  });

  it('ends where executions name each other as parents', () => {
    const [a, b] = [run('a', 'b', 0, 1), run('b', 'a', 0, 1)];
    expect(traceSteps(a, [b])).toHaveLength(2);
  });
});

describe(whereToLook.name, () => {
  const now = Date.parse('2026-05-02T00:00:00Z');
  it('is about the start where it is told, the time in the id where it has one, else all', () => {
    const told = whereToLook('x', '2026-05-01T10:00:00.000Z', now);
    expect(told).toEqual({ from: '2026-05-01T09:59:59.000Z', to: '2026-05-01T10:00:01.000Z' });
    const made = Date.parse('2026-04-20T10:00:00Z').toString(16).padStart(12, '0');
    const id = `${made.slice(0, 8)}-${made.slice(8)}-7abc-8abc-0123456789ab`;
    expect(whereToLook(id, null, now).from).toBe('2026-04-19T10:00:00.000Z');
    expect(whereToLook(id, 'nonsense', now).to).toBe('2026-04-21T10:00:00.000Z');
    expect(whereToLook('4f0c', null, now).from).toBe('2026-04-02T00:00:00.000Z');
  });
});
