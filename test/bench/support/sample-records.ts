import type { ExecutionRecord } from '@app/contracts';

import { seeded } from '../../support/random-history.js';

const AGENTS = 1000;
/** Agent types with the duration in ms that is usual for them, at complexity 1. */
const TYPES = [
  ['cognitive', 450],
  ['tool_maker', 1400],
  ['orchestrator', 220],
] as const;
/** Executions began within this time before now, as those of agents that report at once. */
const RECENT_MS = 60_000;

/** Standard normal, by Box and Muller (1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** `00000001-0000-7000-8000-…`: made by patching digits, so that a client costs next to nothing. */
export function idOf(run: number, sequence: number): string {
  const high = run.toString(16).padStart(8, '0');
  return `${high}-0000-7000-8000-${sequence.toString(16).padStart(12, '0')}`;
}

/**
 * Records as a busy fleet of 1,000 agents sends them: about 470 bytes of JSON each, log-normal
 * durations of which a few percent are slow, one in thirty failed.
 */
export function sampleRecords(
  count: number,
  seed: number,
  nowMs: number,
  run = seed,
): ExecutionRecord[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, sequence) => {
    const agent = Math.floor(random() * AGENTS);
    const [agentType, usualMs] = TYPES[agent % TYPES.length] ?? TYPES[0];
    const complexity = 1 + Math.floor(random() * 5);
    const durationMs = Math.round(
      usualMs * (0.7 + 0.3 * complexity) * Math.exp(0.5 * normal(random)),
    );
    const startedAtMs = nowMs - durationMs - Math.floor(random() * RECENT_MS);
    const failed = random() < 1 / 30;
    return {
      executionId: idOf(run, sequence),
      agentId: `agent-${String(agent).padStart(4, '0')}`,
      agentName: `Agent ${agent}`,
      agentType,
      taskId: `task-${Math.floor(random() * 1e6)}`,
      taskName: 'Summarise the support ticket',
      complexity,
      status: failed ? 'failure' : 'success',
      startedAt: new Date(startedAtMs).toISOString(),
      durationMs,
      cpuPercent: Math.round(random() * 4000) / 100,
      memoryMb: Math.round(10_000 + random() * 14_000) / 100,
      networkBytes: Math.floor(random() * 1e6),
      diskBytes: Math.floor(random() * 1e6),
      inputTokens: Math.floor(random() * 1e4),
      outputTokens: Math.floor(random() * 1e3),
      costUsd: Math.round(random() * 1e4) / 1e6,
      metadata: { queue: 'tickets', region: 'eu-1' },
    };
  });
}
