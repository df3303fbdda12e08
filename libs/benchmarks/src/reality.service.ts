import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import type {
  Benchmark,
  BenchmarkPreview,
  BenchmarkPreviewCounts,
  BenchmarkSuggestion,
} from '@app/contracts';
import { CLOCK, invalidRequest } from '@app/platform';
import type { Clock } from '@app/platform';

import { DEFAULT_TASK_TYPE } from './benchmark-index.js';
import { BenchmarksService } from './benchmarks.service.js';
import type { BenchmarkPreviewQuery } from './dto/benchmarks.query.js';
import { RealityReader } from './reality.reader.js';
import type { DayCounts, Figures, StratumTimes } from './reality.reader.js';

const DAY_MS = 24 * 3_600_000;
const PREVIEW_DAYS = 30;
const SUGGESTION_DAYS = 7;
/** Fewer successes say too little. */
const LEAST_SUCCESSES = 50;
/** The p75 may be off by this factor before it is worth a word. */
const DRIFT = 1.25;

/** Benchmarks held against what executions really did. */
@Injectable()
export class RealityService {
  constructor(
    private readonly reader: RealityReader,
    private readonly benchmarks: BenchmarksService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * How many executions of the last 30 days figures would have let alerts begin.
   * @throws DomainError `invalid-request` (400) when there is no benchmark to fill up from
   */
  async preview(scope: ProjectScope, query: BenchmarkPreviewQuery): Promise<BenchmarkPreview> {
    const { projectId, slug } = scope;
    const { agentType, taskType, complexity } = query;
    const present = this.benchmarks.expectationFor(slug, agentType, taskType, complexity);
    const figures = filledUp(query, present);
    const described = (await this.benchmarks.list(scope, { agentType, complexity }))
      .map((benchmark) => benchmark.taskType)
      .filter((name) => name !== DEFAULT_TASK_TYPE);
    const to = this.clock.now();
    const { counts, from, complete } = await this.reader.count(
      { projectId, agentType, taskType, complexity, described },
      present ? [figures, present] : [figures],
      new Date(to.getTime() - PREVIEW_DAYS * DAY_MS),
      to,
    );
    const [given, current] = counts as [DayCounts, DayCounts | undefined];
    return {
      from: from.toISOString(),
      to: to.toISOString(),
      complete,
      total: given.total,
      successRate: rateOf(given),
      given: shown(given, figures),
      current: current && present ? shown(current, present) : null,
    };
  }

  /** Benchmarks that the successes of the last 7 days have moved away from, the farthest first. */
  async suggestions(
    { projectId, slug }: ProjectScope,
    agentType: string | undefined,
  ): Promise<BenchmarkSuggestion[]> {
    const to = this.clock.now();
    const begin = new Date(to.getTime() - SUGGESTION_DAYS * DAY_MS);
    const { strata, from } = await this.reader.times(projectId, agentType, begin, to);
    const span = { from: from.toISOString(), to: to.toISOString() };
    return strata
      .flatMap((times) => {
        const { agentType: type, taskType, complexity } = times;
        const benchmark = this.benchmarks.expectationFor(slug, type, taskType, complexity);
        return suggestionOf(benchmark, times, span);
      })
      .sort((a, b) => distance(b) - distance(a));
  }
}

function filledUp(query: BenchmarkPreviewQuery, present: Benchmark | null): Figures {
  const names = ['expectedMs', 'maxCpuPercent', 'maxMemoryMb', 'minSuccessRate'] as const;
  const missing = names.filter((name) => query[name] === undefined && !present);
  if (missing.length > 0) {
    const detail = 'is needed where there is no benchmark yet';
    throw invalidRequest(missing.map((path) => ({ path, code: 'missing-field', detail })));
  }
  return Object.fromEntries(
    names.map((name) => [name, query[name] ?? present?.[name]]),
  ) as unknown as Figures;
}

function rateOf({ successes, judged }: DayCounts): number | null {
  return judged === 0 ? null : (100 * successes) / judged;
}

function shown(counts: DayCounts, { minSuccessRate }: Figures): BenchmarkPreviewCounts {
  const { slow, verySlow, overCpu, overMemory, alerting } = counts;
  const rate = rateOf(counts);
  const belowMinSuccessRate = rate !== null && rate < minSuccessRate;
  return { slow, verySlow, overCpu, overMemory, alerting, belowMinSuccessRate };
}

/** One, where the whole interval of the p75 lies beyond what may be. */
function suggestionOf(
  benchmark: Benchmark | null,
  { taskType, n, p75Ms, p90Ms, lowMs, highMs }: StratumTimes,
  span: { from: string; to: string },
): BenchmarkSuggestion[] {
  if (!benchmark || n < LEAST_SUCCESSES) return [];
  const slower = lowMs > benchmark.expectedMs * DRIFT;
  const faster = highMs < benchmark.expectedMs / DRIFT;
  if (!slower && !faster) return [];
  return [
    {
      benchmark,
      taskType,
      direction: slower ? 'slower' : 'faster',
      n,
      ...span,
      p75Ms,
      p90Ms,
      p75IntervalMs: [lowMs, highMs],
      suggestedMs: Math.max(1, Number(p75Ms.toPrecision(3))),
    },
  ];
}

/** How far off, by factor, either way. */
function distance({ p75Ms, benchmark }: BenchmarkSuggestion): number {
  return Math.abs(Math.log(Math.max(p75Ms, 0.001) / benchmark.expectedMs));
}
