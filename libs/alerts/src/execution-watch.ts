import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { BenchmarksService } from '@app/benchmarks';
import type { AlertRule, Benchmark } from '@app/contracts';
import { CLOCK, EventBus } from '@app/platform';
import type { Clock, StoredExecution } from '@app/platform';

import { AlertAnnouncer } from './alert.announcer.js';
import { AlertLedger } from './alert.ledger.js';
import { BreachGroups } from './breach-groups.js';
import type { BreachGroup } from './breach-groups.js';
import { RuleBook } from './rule.book.js';
import { RESOURCES, resourceOveruse } from './rules/resource-overuse.js';
import type { Finding } from './rules/finding.js';
import { slowExecution } from './rules/slow-execution.js';

const CAPACITY = 50_000;
/** Breaches gather this long while others are being written down. */
const GAP_MS = 250;
const RETRY_MS = 1000;
const MAX_ATTEMPTS = 60;

/**
 * Judges every stored execution by itself. Judging is arithmetic and happens at once; what is
 * found gathers by fingerprint, and one writer at a time carries it to the database, so one
 * agent's breaches stay in order and a flood costs one statement per quarter of a second.
 */
@Injectable()
export class ExecutionWatch implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(ExecutionWatch.name);
  private readonly pending = new BreachGroups(CAPACITY);
  private active = new Set<number>();
  private writing: Promise<void> | null = null;
  private timer?: NodeJS.Timeout;
  private writtenAtMs = -Infinity;
  private attempts = 0;
  private unsubscribe?: () => void;

  constructor(
    private readonly benchmarks: BenchmarksService,
    private readonly rules: RuleBook,
    private readonly ledger: AlertLedger,
    private readonly announcer: AlertAnnouncer,
    private readonly bus: EventBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.unsubscribe = this.bus.subscribe('executionsStored', (executions) => {
      this.judge(executions);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.unsubscribe?.();
    await this.drain();
    clearTimeout(this.timer);
  }

  /** Agents with executions since the last call. */
  takeActive(): Set<number> {
    const taken = this.active;
    this.active = new Set();
    return taken;
  }

  /** Gives agents back that could not be looked at. */
  markActive(agentKeys: Iterable<number>): void {
    for (const agentKey of agentKeys) this.active.add(agentKey);
  }

  /** Waits until everything found so far is written down, or could not be. */
  async drain(): Promise<void> {
    await this.writing;
    if (this.pending.size > 0) await this.write();
  }

  private judge(executions: readonly StoredExecution[]): void {
    const nowMs = this.clock.now().getTime();
    for (const execution of executions) {
      const { agentKey, agentType, taskType, complexity, project } = execution;
      this.active.add(agentKey);
      const benchmark = this.benchmarks.expectationFor(project, agentType, taskType, complexity);
      if (!benchmark) continue;
      for (const finding of findingsOf(this.rules.of(project).byId, execution, benchmark)) {
        this.pending.addExecution(execution, finding, nowMs);
      }
    }
    this.schedule(GAP_MS);
  }

  private schedule(gapMs: number): void {
    if (this.pending.size === 0 || this.timer || this.writing) return;
    const waitMs = Math.max(0, this.writtenAtMs + gapMs - performance.now());
    this.timer = setTimeout(() => void this.write(), waitMs);
  }

  private write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.writing) return this.writing;
    this.writtenAtMs = performance.now();
    const groups = this.pending.take();
    this.writing = this.carry(groups).then((written) => {
      this.writing = null;
      this.schedule(written ? GAP_MS : RETRY_MS);
    });
    return this.writing;
  }

  private async carry(groups: BreachGroup[]): Promise<boolean> {
    try {
      const changes = await this.ledger.transaction((run) => this.ledger.raise(groups, run));
      this.announcer.announce(changes);
      this.attempts = 0;
      this.reportDropped();
      return true;
    } catch (error) {
      this.attempts += 1;
      const kept = this.attempts < MAX_ATTEMPTS;
      if (kept) for (const group of groups) this.pending.add(group);
      else this.attempts = 0;
      this.logger[kept ? 'warn' : 'error']({
        event: kept ? 'alerts.write.retried' : 'alerts.write.given-up',
        fingerprints: groups.length,
        error: String(error),
      });
      return false;
    }
  }

  private reportDropped(): void {
    if (this.pending.dropped === 0) return;
    this.logger.warn({ event: 'alerts.dropped', breaches: this.pending.dropped });
    this.pending.dropped = 0;
  }
}

/** All that the rules about single executions find wrong with one. */
export function* findingsOf(
  rules: ReadonlyMap<string, AlertRule>,
  execution: StoredExecution,
  benchmark: Benchmark,
): Iterable<Finding> {
  const slow = rules.get('slow_execution');
  const overuse = rules.get('resource_overuse');
  if (slow?.enabled) {
    const finding = slowExecution(slow, execution, benchmark);
    if (finding) yield finding;
  }
  if (!overuse?.enabled) return;
  for (const resource of RESOURCES) {
    const finding = resourceOveruse(overuse, resource, execution, benchmark);
    if (finding) yield finding;
  }
}
