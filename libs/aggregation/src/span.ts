import { addBuckets, floorToBucket } from '@app/stats';

import { instantArray, intArray } from './copy-out.js';
import type { Level } from './levels.js';

/** Half-open, epoch ms. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** What one agent did in a span. */
export type AgentSpan = Span & { agentKey: number };

/** The bucket of a period as a span of one agent. */
export function bucketSpan(agentKey: number, atMs: number, period: Level): AgentSpan {
  const fromMs = floorToBucket(atMs, period);
  return { agentKey, fromMs, toMs: addBuckets(fromMs, period, 1) };
}

/** Joins spans of the same agent that touch: fewer index ranges to look into. */
export function joined(spans: readonly AgentSpan[]): AgentSpan[] {
  const sorted = [...spans].sort((a, b) => a.agentKey - b.agentKey || a.fromMs - b.fromMs);
  const runs: AgentSpan[] = [];
  for (const span of sorted) {
    const last = runs.at(-1);
    if (last && last.agentKey === span.agentKey && span.fromMs <= last.toMs) {
      last.toMs = Math.max(last.toMs, span.toMs);
    } else runs.push({ ...span });
  }
  return runs;
}

/** Spans as a table `t (agent_key, starts, ends)` in a statement. */
export function spansSql(spans: readonly AgentSpan[]): string {
  return `unnest(${intArray(spans.map(({ agentKey }) => agentKey))},
    ${instantArray(spans.map(({ fromMs }) => fromMs))},
    ${instantArray(spans.map(({ toMs }) => toMs))}) AS t (agent_key, starts, ends)`;
}

/** The least span that holds them all. */
export function hull(spans: readonly Span[]): Span {
  let [fromMs, toMs] = [Infinity, -Infinity];
  for (const span of spans) {
    fromMs = Math.min(fromMs, span.fromMs);
    toMs = Math.max(toMs, span.toMs);
  }
  return { fromMs, toMs };
}
