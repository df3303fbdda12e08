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
  /** `default` shipped, `custom` set by a person, `learned` from the successes of the project. */
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

/** What a benchmark expects. */
export type BenchmarkFigures = Pick<
  Benchmark,
  'expectedMs' | 'maxCpuPercent' | 'maxMemoryMb' | 'minSuccessRate' | 'source'
>;

/** One entry of a benchmark's history. */
export interface BenchmarkVersion {
  /** The version that the change made. */
  version: number;
  action: 'created' | 'changed' | 'deleted';
  changedAt: string;
  changedBy: string;
  before: BenchmarkFigures | null;
  after: BenchmarkFigures | null;
}

/** What an import did, or would do. */
export interface BenchmarkImport {
  dryRun: boolean;
  created: number;
  changed: number;
  unchanged: number;
  rows: BenchmarkImportRow[];
}

export interface BenchmarkImportRow {
  /** Place in the file, from 0. */
  index: number;
  action: 'created' | 'changed' | 'unchanged';
  before: BenchmarkFigures | null;
  after: Benchmark;
}

/** How many executions figures would have let alerts begin. */
export interface BenchmarkPreviewCounts {
  /** Took longer than 1.5 times the expected duration, and than twice (successes and time-outs). */
  slow: number;
  verySlow: number;
  /** Used more than the limit; CPU is not judged under a second. */
  overCpu: number;
  overMemory: number;
  /** Any of these. */
  alerting: number;
  /** Whether the success rate is below the least. */
  belowMinSuccessRate: boolean;
}

/** `GET /benchmarks/preview` */
export interface BenchmarkPreview {
  from: string;
  to: string;
  /** False when time ran out: then `from` is later than what was asked for. */
  complete: boolean;
  /** Finished executions that the benchmark is about. */
  total: number;
  successRate: number | null;
  /** With the figures given. */
  given: BenchmarkPreviewCounts;
  /** With those that hold now; null where nothing is expected yet. */
  current: BenchmarkPreviewCounts | null;
}

/** A benchmark that reality has moved away from. */
export interface BenchmarkSuggestion {
  benchmark: Benchmark;
  /** Whose executions these were; the benchmark may be that of `default`. */
  taskType: string;
  direction: 'slower' | 'faster';
  /** Successes that it was judged by. */
  n: number;
  from: string;
  to: string;
  /** Milliseconds, nearest rank. */
  p75Ms: number;
  p90Ms: number;
  /** 95 % interval of the p75. */
  p75IntervalMs: [number, number];
  /** The p75 to three digits. */
  suggestedMs: number;
}
