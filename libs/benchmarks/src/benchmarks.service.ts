import { randomUUID } from 'node:crypto';

import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { ProjectScope } from '@app/access';
import type {
  Answer,
  Benchmark,
  BenchmarkImport,
  BenchmarkImportRow,
  BenchmarkInput,
  BenchmarkVersion,
  FieldProblem,
} from '@app/contracts';
import { CLOCK, DomainError, invalidRequest } from '@app/platform';
import type { Clock, VersionCondition } from '@app/platform';

import { BenchmarkStore, figuresOf } from './benchmark.store.js';
import type { BenchmarkEdit, BenchmarkFilter, KnownBenchmark } from './benchmark.store.js';
import { refusedImport } from './benchmark-file.js';
import { BenchmarkIndex, DEFAULT_TASK_TYPE } from './benchmark-index.js';

const REFRESH_MS = 30_000;

/** Limits of a new benchmark that has no neighbour to take them from. */
const FALLBACK = { maxCpuPercent: 80, maxMemoryMb: 1024, minSuccessRate: 90 };

/** Expected performance: asked for at every execution, changed by people now and then. */
@Injectable()
export class BenchmarksService implements OnModuleInit {
  private readonly logger = new Logger(BenchmarksService.name);
  private index = new BenchmarkIndex();
  private refreshes = 0;
  private shown = 0;

  constructor(
    private readonly store: BenchmarkStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
  }

  /** Takes in what other processes changed. A failure keeps what is known. */
  @Interval('benchmarks.refresh', REFRESH_MS)
  async refresh(): Promise<void> {
    const turn = ++this.refreshes;
    try {
      const index = new BenchmarkIndex(await this.store.all());
      // An answer that was overtaken by a later one is old news.
      if (turn < this.shown) return;
      this.shown = turn;
      this.index = index;
    } catch (error) {
      this.logger.warn({ event: 'benchmarks.refresh.failed', error: String(error) });
    }
  }

  /**
   * What is expected of an execution, from memory: the benchmark of its stratum, else that of the
   * task type `default`, else what its project has learned, else null. A change elsewhere is seen
   * within 30 s.
   * @param project the slug
   */
  expectationFor(
    project: string,
    agentType: string,
    taskType: string,
    complexity: number,
  ): Benchmark | null {
    return this.index.expectationFor(project, agentType, taskType, complexity);
  }

  /** Sorted by agent type, task type and complexity; of what was learned, that of the project. */
  async list({ projectId }: ProjectScope, filter: BenchmarkFilter): Promise<Benchmark[]> {
    return (await this.store.list(projectId, filter)).map(shownOf);
  }

  /**
   * Creates a benchmark, or changes what is given and keeps the rest. It holds for all projects,
   * also where it was learned in `scope` before.
   * @param by who does it, for the history
   * @throws DomainError `incomplete-benchmark` (400), `precondition-failed` (412)
   */
  async put(
    { projectId }: ProjectScope,
    input: BenchmarkInput,
    condition: VersionCondition | null,
    by: string,
  ): Promise<Benchmark> {
    const now = this.clock.now();
    const saved = await this.store.edit(by, now, async (edit) => {
      const { agentType, complexity } = input;
      const known = byStratum(await edit.list(projectId, { agentType, complexity }));
      const before = known.get(stratumOf(input)) ?? null;
      if (condition !== null && !meets(before, condition)) throw changedElsewhere();
      const after = changed(known, input, now);
      if (!after) throw incomplete();
      await edit.save(before, after);
      return after;
    });
    await this.refresh();
    this.logger.log({ event: 'benchmark.changed', id: saved.id, version: saved.version });
    return shownOf(saved);
  }

  /**
   * Takes in many at once: all of them, or none. What already is as given stays as it is.
   * @param inputs each stratum once
   * @param options `dryRun` tells what would happen and changes nothing
   * @throws DomainError `refused-import` (422) naming each row that cannot be taken
   */
  async import(
    { projectId }: ProjectScope,
    inputs: readonly BenchmarkInput[],
    { dryRun, by }: { dryRun: boolean; by: string },
  ): Promise<BenchmarkImport> {
    const now = this.clock.now();
    const rows = await this.store.edit(by, now, async (edit) => {
      const known = byStratum(await edit.list(projectId, {}));
      return importRows(edit, known, { inputs, now, dryRun });
    });
    const count = (action: string): number => rows.filter((row) => row.action === action).length;
    const result = {
      dryRun,
      created: count('created'),
      changed: count('changed'),
      unchanged: count('unchanged'),
      rows,
    };
    if (dryRun) return result;
    await this.refresh();
    const { created, changed: altered } = result;
    this.logger.log({ event: 'benchmarks.imported', created, changed: altered });
    return result;
  }

  /** @throws DomainError `unknown-benchmark` (404), `precondition-failed` (412) */
  async remove(id: string, condition: VersionCondition | null, by: string): Promise<void> {
    await this.store.edit(by, this.clock.now(), async (edit) => {
      const before = await edit.find(id);
      if (!before) throw new DomainError('unknown-benchmark', 404);
      if (condition !== null && !meets(before, condition)) throw changedElsewhere();
      await edit.remove(before);
    });
    await this.refresh();
    this.logger.log({ event: 'benchmark.deleted', id });
  }

  /**
   * History, newest first; also of a benchmark that is gone.
   * @throws DomainError `unknown-benchmark` (404)
   */
  async versions(
    { projectId }: ProjectScope,
    id: string,
    before: number | null,
    limit: number,
  ): Promise<Required<Answer<BenchmarkVersion[]>>> {
    const found = await this.store.versions(projectId, id, before, limit + 1);
    if (found.length === 0 && before === null) {
      // Shipped ones have no history.
      const [known] = await this.store.list(projectId, { id });
      if (!known) throw new DomainError('unknown-benchmark', 404);
    }
    const data = found.slice(0, limit);
    const last = found.length > limit ? data.at(-1) : undefined;
    return { data, page: { nextCursor: last ? String(last.version) : null } };
  }
}

type Stratum = Pick<BenchmarkInput, 'agentType' | 'taskType' | 'complexity'>;

function stratumOf({ agentType, taskType = DEFAULT_TASK_TYPE, complexity }: Stratum): string {
  return JSON.stringify([agentType, taskType, complexity]);
}

/** What holds for all stands before what was learned. */
function byStratum(benchmarks: readonly KnownBenchmark[]): Map<string, KnownBenchmark> {
  return new Map(benchmarks.map((benchmark) => [stratumOf(benchmark), benchmark]));
}

function meets(before: Benchmark | null, condition: VersionCondition): boolean {
  return before !== null && (condition === 'any' || condition.includes(before.version));
}

/**
 * What a benchmark becomes. The limits of a new one are those of its neighbour at task type
 * `default`, else the usual ones.
 * @returns null for a new one without an expected duration
 */
function changed(
  known: ReadonlyMap<string, KnownBenchmark>,
  input: BenchmarkInput,
  now: Date,
): KnownBenchmark | null {
  const { agentType, complexity, taskType = DEFAULT_TASK_TYPE } = input;
  const before = known.get(stratumOf(input));
  const base = before ?? known.get(stratumOf({ agentType, complexity })) ?? FALLBACK;
  const expectedMs = input.expectedMs ?? before?.expectedMs;
  if (expectedMs === undefined) return null;
  return {
    id: before?.id ?? randomUUID(),
    projectId: null,
    agentType,
    taskType,
    complexity,
    expectedMs,
    maxCpuPercent: input.maxCpuPercent ?? base.maxCpuPercent,
    maxMemoryMb: input.maxMemoryMb ?? base.maxMemoryMb,
    minSuccessRate: input.minSuccessRate ?? base.minSuccessRate,
    source: 'custom',
    version: (before?.version ?? 0) + 1,
    updatedAt: now.toISOString(),
  };
}

async function importRows(
  edit: BenchmarkEdit,
  known: Map<string, KnownBenchmark>,
  { inputs, now, dryRun }: { inputs: readonly BenchmarkInput[]; now: Date; dryRun: boolean },
): Promise<BenchmarkImportRow[]> {
  const rows: BenchmarkImportRow[] = [];
  const refused: FieldProblem[] = [];
  for (const [index, input] of inputs.entries()) {
    const before = known.get(stratumOf(input)) ?? null;
    const after = changed(known, input, now);
    if (!after) {
      const detail = 'is needed for a new benchmark';
      refused.push({ path: `rows.${index}.expectedMs`, code: 'missing-field', detail });
      continue;
    }
    if (before && sameFigures(before, after)) {
      rows.push({ index, action: 'unchanged', before: figuresOf(before), after: shownOf(before) });
      continue;
    }
    if (!dryRun) await edit.save(before, after);
    known.set(stratumOf(after), after);
    const action = before ? 'changed' : 'created';
    rows.push({ index, action, before: before && figuresOf(before), after: shownOf(after) });
  }
  if (refused.length > 0) throw refusedImport(refused);
  return rows;
}

function shownOf({ projectId: _, ...benchmark }: KnownBenchmark): Benchmark {
  return benchmark;
}

function sameFigures(a: Benchmark, b: Benchmark): boolean {
  return (
    a.expectedMs === b.expectedMs &&
    a.maxCpuPercent === b.maxCpuPercent &&
    a.maxMemoryMb === b.maxMemoryMb &&
    a.minSuccessRate === b.minSuccessRate
  );
}

function incomplete(): DomainError {
  const errors = [
    { path: 'expectedMs', code: 'missing-field', detail: 'is needed for a new benchmark' },
  ];
  return new DomainError('incomplete-benchmark', 400, invalidRequest(errors).message, errors);
}

function changedElsewhere(): DomainError {
  return new DomainError(
    'precondition-failed',
    412,
    'The benchmark has another version now: read it again',
  );
}
