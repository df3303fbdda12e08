/** Expected performance of an agent type at a task type and complexity. */
export interface Benchmark {
  id: string;
  agentType: string;
  taskType: string;
  complexity: number;
  expectedMs: number;
  /** Percent of one core. */
  maxCpuPercent: number;
  maxMemoryMb: number;
  /** Percent, 0–100. */
  minSuccessRate: number;
  /** `default` shipped, `custom` set by a person, `learned` from the agents' own successes. */
  source: 'default' | 'custom' | 'learned';
  version: number;
  updatedAt: string;
}

/** Body of `PUT /benchmarks`: creates, or changes what is given and keeps the rest. */
export interface BenchmarkInput {
  agentType: string;
  /** Default `default`. */
  taskType?: string;
  complexity: number;
  expectedMs?: number;
  maxCpuPercent?: number;
  maxMemoryMb?: number;
  minSuccessRate?: number;
}
