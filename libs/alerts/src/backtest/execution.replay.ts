import type { AlertRule, Execution } from '@app/contracts';

import type { Expect, Finding } from '../rules/finding.js';
import { RESOURCES, resourceOveruse } from '../rules/resource-overuse.js';
import { slowExecution } from '../rules/slow-execution.js';
import type { EpisodeRecorder } from './episode.recorder.js';

/** What of a stored execution the rules look at. */
export type ReplayedExecution = Pick<
  Execution,
  'status' | 'taskType' | 'complexity' | 'durationMs' | 'cpuPercent' | 'memoryMb'
> & { endedAtMs: number };

/** Lets a rule about single executions see them again, in the order in which they ended. */
export class ExecutionReplay {
  constructor(
    private readonly rule: AlertRule,
    private readonly expect: Expect,
    private readonly recorder: EpisodeRecorder,
  ) {}

  see(execution: ReplayedExecution): void {
    const { endedAtMs, status } = execution;
    this.letTimePass(endedAtMs);
    const found = new Set<string>();
    for (const finding of this.findings(execution)) {
      found.add(finding.fingerprint);
      this.recorder.breach(finding, endedAtMs, endedAtMs);
    }
    if (status !== 'success') return;
    for (const fingerprint of this.fingerprints(execution)) {
      const episode = this.recorder.episodeOf(fingerprint);
      if (!episode || found.has(fingerprint) || endedAtMs <= episode.lastSeenAtMs) continue;
      // A pending breach is not interrupted by one good run of the same kind before its quiet time.
      const quiet = endedAtMs - episode.lastSeenAtMs >= this.rule.keepFiringMs;
      if (episode.phase === 'pending' && !quiet) continue;
      const reading = { is: 'recovered', sinceMs: episode.lastSeenAtMs } as const;
      this.recorder.other(fingerprint, reading, endedAtMs);
    }
  }

  /** Ends what has been proven over and has been quiet for long enough by then. */
  letTimePass(nowMs: number): void {
    for (const fingerprint of this.recorder.fingerprints()) {
      const episode = this.recorder.episodeOf(fingerprint);
      if (!episode || episode.calmSinceMs === null) continue;
      const overMs = episode.calmSinceMs + this.rule.keepFiringMs;
      if (overMs > nowMs) continue;
      const reading = { is: 'recovered', sinceMs: episode.calmSinceMs } as const;
      this.recorder.other(fingerprint, reading, overMs);
    }
  }

  private *findings(execution: ReplayedExecution): Iterable<Finding> {
    const benchmark = this.expect(execution.taskType, execution.complexity);
    if (this.rule.type === 'slow_execution') {
      const finding = slowExecution(this.rule, execution, benchmark);
      if (finding) yield finding;
      return;
    }
    for (const resource of RESOURCES) {
      const finding = resourceOveruse(this.rule, resource, execution, benchmark);
      if (finding) yield finding;
    }
  }

  /** The alerts that a success of this kind may end. */
  private fingerprints({
    taskType,
    complexity,
    cpuPercent,
    memoryMb,
  }: ReplayedExecution): string[] {
    const stratum = `${taskType}:${complexity}`;
    if (this.rule.type === 'slow_execution') return [`slow_execution:${stratum}`];
    return [
      ...(cpuPercent === null ? [] : [`resource_overuse:cpu:${stratum}`]),
      ...(memoryMb === null ? [] : [`resource_overuse:memory:${stratum}`]),
    ];
  }
}
