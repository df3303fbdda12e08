import type { Benchmark } from '@app/contracts';

/**
 * What tasks of one agent type should take, weighted by how often each complexity occurred.
 * @param counts executions per complexity, keyed "1" … "5"
 * @returns milliseconds; null without benchmarks for what ran
 */
export function expectedDurationMs(
  benchmarks: readonly Benchmark[],
  agentType: string,
  counts: Record<string, number>,
): number | null {
  let tasks = 0;
  let sum = 0;
  for (const { agentType: type, taskType, complexity, expectedMs } of benchmarks) {
    const count = counts[String(complexity)] ?? 0;
    if (type !== agentType || taskType !== 'default' || count === 0) continue;
    tasks += count;
    sum += count * expectedMs;
  }
  return tasks === 0 ? null : sum / tasks;
}
