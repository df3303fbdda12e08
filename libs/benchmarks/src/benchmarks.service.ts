import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { Benchmark, BenchmarkInput } from '@app/contracts';
import { CLOCK, DomainError, invalidRequest } from '@app/platform';
import type { Clock, VersionCondition } from '@app/platform';

import { BenchmarkStore } from './benchmark.store.js';
import type { BenchmarkFilter } from './benchmark.store.js';
import { BenchmarkIndex, DEFAULT_TASK_TYPE } from './benchmark-index.js';

const REFRESH_MS = 30_000;

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
      const index = new BenchmarkIndex(await this.store.list());
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
   * task type `default`, else null. A change elsewhere is seen within 30 s.
   */
  expectationFor(agentType: string, taskType: string, complexity: number): Benchmark | null {
    return this.index.expectationFor(agentType, taskType, complexity);
  }

  /** Sorted by agent type, task type and complexity. */
  list(filter: BenchmarkFilter): Promise<Benchmark[]> {
    return this.store.list(filter);
  }

  /**
   * Creates a benchmark, or changes what is given and keeps the rest.
   * @throws DomainError `incomplete-benchmark` (400), `precondition-failed` (412)
   */
  async put(input: BenchmarkInput, condition: VersionCondition | null): Promise<Benchmark> {
    const now = this.clock.now();
    let saved: Benchmark | null;
    if (condition !== null || input.expectedMs == null) {
      saved = await this.store.change(input, condition, now);
      if (!saved) throw condition === null ? incomplete() : changedElsewhere();
    } else {
      saved = await this.store.createOrChange(input, await this.nearest(input), now);
    }
    await this.refresh();
    this.logger.log({ event: 'benchmark.changed', id: saved.id, version: saved.version });
    return saved;
  }

  /** @throws DomainError `unknown-benchmark` (404), `precondition-failed` (412) */
  async remove(id: string, condition: VersionCondition | null): Promise<void> {
    if (!(await this.store.remove(id, condition))) {
      if (await this.store.exists(id)) throw changedElsewhere();
      throw new DomainError('unknown-benchmark', 404);
    }
    await this.refresh();
    this.logger.log({ event: 'benchmark.deleted', id });
  }

  private async nearest({ agentType, complexity }: BenchmarkInput): Promise<Benchmark | null> {
    const [found] = await this.store.list({ agentType, complexity, taskType: DEFAULT_TASK_TYPE });
    return found ?? null;
  }
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
