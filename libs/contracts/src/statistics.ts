/** Statistics of a resource over the executions that reported it; null where none did. */
export interface MeanMax {
  mean: number | null;
  max: number | null;
}

/** Durations of successful executions, milliseconds; null without any. Quantiles are nearest rank, ±1 %. */
export interface DurationStats {
  meanMs: number | null;
  minMs: number | null;
  maxMs: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
}

/** The figures of a set of executions. Percentages are 0–100; null means no data. */
export interface Statistics {
  /** All finished executions, cancelled ones included. */
  total: number;
  successful: number;
  /** Failures, time-outs and abandoned ones. */
  failed: number;
  cancelled: number;
  /** successes / (total − cancelled) × 100. */
  successRate: number | null;
  /** max(0, 100 − 100·s/mean) within each (task type, complexity), averaged by n. */
  consistency: number | null;
  /** 0.7 × success rate + 0.3 × consistency. */
  reliability: number | null;
  /** Whether fewer than 30 executions stand behind the figures. */
  lowSample: boolean;
  duration: DurationStats;
  cpuPercent: MeanMax;
  memoryMb: MeanMax;
  /** Sums over all executions of the set. */
  networkBytes: number;
  diskBytes: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  /** Executions per complexity level, keyed "1"…"5". */
  complexity: Record<string, number>;
}

/** One agent in `GET /summary`. */
export interface SummaryRow extends Statistics {
  agentId: string;
  agentName: string;
  agentType: string;
  throughputPerHour: number;
  running: number;
  openAlerts: number;
  lastActiveAt: string | null;
  /** The same length of time just before the window; null when nothing ran in it. */
  previous:
    | (Pick<Statistics, 'total' | 'successRate' | 'reliability' | 'consistency'> & {
        duration: DurationStats;
        cpuPercent: MeanMax;
        memoryMb: MeanMax;
      })
    | null;
}

/** One bucket of `GET /trends`. All figures are null or 0 where nothing ran. */
export interface TrendPoint extends Statistics {
  bucketStart: string;
  bucketEnd: string;
}

export interface TrendSeries {
  /** Null: all agents together. */
  agentId: string | null;
  agentName: string | null;
  agentType: string | null;
  points: TrendPoint[];
}

export const VERDICTS = ['better', 'worse', 'no-difference', 'not-enough-data'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Whether one agent differs from the reference agent in one respect. */
export interface Comparison {
  verdict: Verdict;
  /**
   * Both at the same mix of complexities: difference in percentage points (rates), or ratio of
   * median durations to the reference (2 = takes twice as long).
   */
  effect: number | null;
  /** 95 % interval of `effect`. */
  interval: [number, number] | null;
  /** Two-sided p-value: Cochran–Mantel–Haenszel (rates), stratified Mann–Whitney (durations). */
  pValue: number | null;
  /** Executions that were compared, at complexities that both have done: own, the reference's. */
  n?: [number, number];
}

/** One agent in `GET /compare`, best first. */
export interface CompareRow extends Statistics {
  rank: number;
  agentId: string;
  agentName: string;
  agentType: string;
  throughputPerHour: number;
  openAlerts: number;
  /** Wilson 95 % interval of the success rate; ranking goes by its lower end. */
  successRateInterval: [number, number] | null;
  /** Mean duration weighted to the mix of complexities common to all compared agents. */
  adjustedMeanMs: number | null;
  /** The same of the median duration within each complexity. */
  adjustedMedianMs?: number | null;
  /** Success rate (percent) weighted to the same common mix. */
  adjustedSuccessRate?: number | null;
  /** Against the first-ranked agent (for the first: against the second). */
  versus: { agentId: string | null; successRate: Comparison; duration: Comparison };
}

/** Spread of a resource over the executions that reported it; null where none did. */
export interface ResourceSpread extends MeanMax {
  /** How many executions reported it. */
  reported: number;
  p50: number | null;
  p95: number | null;
}

/** `GET /agents/:id/breakdown`: one agent's executions of a range, cut several ways. */
export interface AgentBreakdown {
  agentId: string;
  /** Levels with executions, ascending. */
  complexity: (Statistics & { level: number })[];
  /** Versions with executions in the range, in the order in which they came into use. */
  versions: (Statistics & {
    /** Null: reported without a version. */
    agentVersion: string | null;
    /** First and last execution of this version, also outside the range. */
    since: string;
    lastAt: string;
  })[];
  /** What did not succeed and was not cancelled, most frequent first, at most 50. */
  failures: {
    status: string;
    errorType: string | null;
    count: number;
    lastAt: string;
    lastMessage: string | null;
  }[];
  resources: {
    cpuPercent: ResourceSpread;
    memoryMb: ResourceSpread;
    networkBytes: ResourceSpread;
    diskBytes: ResourceSpread;
  };
  /** Hours of the week with executions, in the zone asked for. */
  activity: {
    /** 1 = Monday … 7 = Sunday. */
    weekday: number;
    hour: number;
    total: number;
    failed: number;
    /** Of successes. */
    meanMs: number | null;
  }[];
}
