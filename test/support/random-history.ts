import type { ExecutionRecord, ReportedStatus } from '@app/contracts';

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const STATUSES: ReportedStatus[] = [
  'success',
  'success',
  'success',
  'failure',
  'timeout',
  'cancelled',
];
const TYPES = ['cognitive', 'tool_maker', 'orchestrator'];

export interface HistoryOptions {
  count: number;
  agents: number;
  fromMs: number;
  toMs: number;
  random: () => number;
}

/** Finished executions scattered over a span, with gaps in what they report. */
export function randomHistory(options: HistoryOptions): ExecutionRecord[] {
  const { random } = options;
  return Array.from({ length: options.count }, (_, index) => {
    const agent = Math.floor(random() * options.agents);
    const startedAtMs = Math.floor(options.fromMs + random() * (options.toMs - options.fromMs));
    const durationMs = Math.round(Math.exp(3 + random() * 6) * 100) / 100;
    const sometimes = <T>(value: T): T | undefined => (random() < 0.7 ? value : undefined);
    return JSON.parse(
      JSON.stringify({
        executionId: uuidFrom(random),
        agentId: `agent-${agent}`,
        agentName: `Agent ${agent}`,
        agentType: TYPES[agent % TYPES.length],
        taskId: `task-${index}`,
        taskType: random() < 0.5 ? 'read' : 'write',
        complexity: 1 + Math.floor(random() * 5),
        status: STATUSES[Math.floor(random() * STATUSES.length)],
        ...labelsOf(index),
        startedAt: new Date(startedAtMs).toISOString(),
        durationMs,
        cpuPercent: sometimes(random() * 120),
        memoryMb: sometimes(random() * 2000),
        networkBytes: sometimes(Math.floor(random() * 1e9)),
        diskBytes: sometimes(Math.floor(random() * 1e9)),
        inputTokens: sometimes(Math.floor(random() * 1e5)),
        outputTokens: sometimes(Math.floor(random() * 1e4)),
        costUsd: sometimes(random()),
      }),
    ) as ExecutionRecord;
  });
}

/** Texts that executions can be found by, without drawing from the seeded numbers. */
function labelsOf(index: number): Partial<ExecutionRecord> {
  return {
    ...(index % 7 > 0 && { agentVersion: `2.${index % 3}.0` }),
    ...(index % 5 > 0 && { model: `model-${index % 2}` }),
    ...(index % 4 === 0 && { errorType: `E${index % 3}`, errorMessage: `failed ${index}` }),
    ...(index % 6 === 0 && { traceId: `trace-${index % 30}` }),
    ...(index % 3 > 0 && {
      metadata: { team: index % 2 ? 'search' : 'chat:beta', shard: index % 4 },
    }),
  };
}

export function uuidFrom(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
