import { describe, expect, it } from '@jest/globals';
import { taskComplexity } from './task-complexity.js';

describe(taskComplexity.name, () => {
  const simple = { priority: 'medium', dependencies: [], steps: 1, estimatedMs: 1000 } as const;
  const dependent = { dependencies: ['x'] };
  const urgent = { priority: 'high' } as const;
  const long = { estimatedMs: 60_001 };
  const multi = { steps: 4 };

  it.each([
    ['a simple step', {}, 1],
    ['low priority and a minute', { priority: 'low', estimatedMs: 60_000, steps: 3 } as const, 1],
    ['dependencies', dependent, 2],
    ['high priority', urgent, 3],
    ['over a minute, with dependencies', { ...long, ...dependent }, 3],
    ['many steps', multi, 4],
    ['many steps, with dependencies', { ...multi, ...dependent }, 4],
    ['many steps, high priority', { ...multi, ...urgent }, 4],
    ['many steps, with dependencies, high priority', { ...multi, ...dependent, ...urgent }, 5],
    ['many steps, with dependencies, long', { ...multi, ...dependent, ...long }, 5],
  ])('%s', (_, traits, expected) => {
    expect(taskComplexity({ ...simple, ...traits })).toBe(expected);
  });
});
