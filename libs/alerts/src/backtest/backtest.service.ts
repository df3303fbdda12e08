import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import { mergePartial } from '@app/aggregation';
import { BenchmarksService } from '@app/benchmarks';
import type { AlertRule, BacktestResult } from '@app/contracts';
import { CLOCK, DomainError, invalidRequest } from '@app/platform';
import type { Clock } from '@app/platform';
import { DataSource } from 'typeorm';

import { groupName } from '../alert.row.js';
import type { Expect } from '../rules/finding.js';
import { fingerprintOf, inScope } from '../window-targets.js';
import { inSnapshot } from '../window.reader.js';
import { HistoryReader } from './history.reader.js';
import type { HistoryAgent } from './history.reader.js';
import { EpisodeRecorder } from './episode.recorder.js';
import type { RecordedSubject } from './episode.recorder.js';
import { ExecutionReplay } from './execution.replay.js';
import { WindowReplay } from './window.replay.js';
import type { ReplayBucket } from './window.replay.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MAX_RANGE_MS = 30 * 24 * HOUR_MS;
/** Up to this window, minutes are looked at; longer ones hour by hour, as live. */
const MINUTES_UP_TO_MS = 2 * HOUR_MS;
const MAX_LOOKS = 3000;
const MAX_EPISODES = 1000;
const MAX_SERIES = 10;
const MAX_POINTS = 500;
const MAX_RUNNING = 2;
const MAX_TIME_MS = 25_000;

export interface BacktestRequest {
  rule: AlertRule;
  from: Date;
  to: Date;
}

/** The subjects of a rule, and whose history is theirs. */
interface Subject {
  who: RecordedSubject;
  /** The slug. */
  project: string;
  agents: HistoryAgent[];
  fingerprint: string;
}

/** What is known while a back-test runs. */
interface Work {
  rule: AlertRule;
  fromMs: number;
  toMs: number;
  stepMs: number;
  deadline: number;
  signal: AbortSignal;
  result: BacktestResult;
}

/** Runs a rule over stored history with the code that runs live, and saves nothing. */
@Injectable()
export class BacktestService {
  private running = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly benchmarks: BenchmarksService,
    private readonly history: HistoryReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param signal ends it early; the answer is of no use then
   * @throws DomainError `invalid-request` (400), `backtest-running` (409)
   */
  async run(
    scope: ProjectScope,
    request: BacktestRequest,
    signal: AbortSignal,
  ): Promise<BacktestResult> {
    const work = this.prepare(request, signal);
    if (this.running >= MAX_RUNNING) {
      throw new DomainError('backtest-running', 409, undefined, undefined, 5);
    }
    this.running += 1;
    try {
      const single = work.stepMs === 0;
      for (const subject of await this.subjects(scope, work.rule)) {
        if (this.mustStop(work)) break;
        await (single ? this.replayExecutions(subject, work) : this.replayWindows(subject, work));
      }
      return work.result;
    } finally {
      this.running -= 1;
    }
  }

  private prepare({ rule, from, to }: BacktestRequest, signal: AbortSignal): Work {
    const toMs = Math.min(to.getTime(), this.clock.now().getTime());
    const fromMs = from.getTime();
    if (!(toMs > fromMs)) throw refused('to', 'must be after from, which must be past');
    if (toMs - fromMs > MAX_RANGE_MS) throw refused('to', 'must be at most 30 days after from');
    if (rule.type === 'stuck_execution') {
      throw refused('rule.type', 'cannot be back-tested: what hung is not kept');
    }
    if (rule.groupBy === 'taskType' || (rule.taskType !== null && rule.type === 'threshold')) {
      throw refused('rule.taskType', 'cannot be back-tested: rollups are not split by task type');
    }
    const stepMs = stepOf(rule, toMs - fromMs);
    const result: BacktestResult = {
      from: from.toISOString(),
      to: new Date(toMs).toISOString(),
      stepMs: stepMs === 0 ? null : stepMs,
      evaluations: 0,
      notifications: 0,
      episodes: [],
      series: [],
      truncated: false,
    };
    const deadline = performance.now() + MAX_TIME_MS;
    return { rule, fromMs, toMs, stepMs, deadline, signal, result };
  }

  private mustStop({ deadline, signal, result }: Work): boolean {
    if (performance.now() > deadline || result.episodes.length >= MAX_EPISODES) {
      result.truncated = true;
    }
    return result.truncated || signal.aborted;
  }

  private async subjects(scope: ProjectScope, rule: AlertRule): Promise<Subject[]> {
    const agents = (await this.history.agents(scope.projectId)).filter((agent) =>
      inScope(rule, { ...agent, projectId: scope.projectId, project: scope.slug, lastSeenMs: 0 }),
    );
    if (rule.groupBy === 'agent') {
      return agents.map((agent) => ({
        who: {
          agentId: agent.agentId,
          agentName: agent.agentName,
          subject: { kind: 'agent', value: agent.agentId },
        },
        project: scope.slug,
        agents: [agent],
        fingerprint: fingerprintOf(rule, 'agent', null),
      }));
    }
    const groups =
      rule.groupBy === 'all'
        ? new Map([[null, agents]])
        : Map.groupBy<string | null, HistoryAgent>(agents, ({ agentType }) => agentType);
    return [...groups].map(([value, members]) => ({
      who: {
        agentId: '',
        agentName: groupName(rule.groupBy, value),
        subject: { kind: rule.groupBy, value },
      },
      project: scope.slug,
      agents: members,
      fingerprint: fingerprintOf(rule, rule.groupBy, value),
    }));
  }

  private expectOf({ project, agents: [agent] }: Subject): Expect {
    return (taskType, complexity) =>
      this.benchmarks.expectationFor(project, agent?.agentType ?? '', taskType, complexity);
  }

  private async replayWindows(subject: Subject, work: Work): Promise<void> {
    const { rule, fromMs, toMs, stepMs, result } = work;
    const buckets = await this.bucketsOf(subject, work);
    if (buckets.length === 0) return;
    const recorder = new EpisodeRecorder(rule, subject.who);
    const { fingerprint } = subject;
    const replay = new WindowReplay({
      rule,
      fingerprint,
      recorder,
      expect: this.expectOf(subject),
    });
    const charted = result.series.length < MAX_SERIES;
    const points = [];
    const everyMs = Math.ceil((toMs - fromMs) / stepMs / MAX_POINTS) * stepMs;
    let next = 0;
    for (let nowMs = Math.ceil(fromMs / stepMs) * stepMs; nowMs <= toMs; nowMs += stepMs) {
      for (let bucket = buckets[next]; bucket && bucket.atMs < nowMs; bucket = buckets[next]) {
        replay.add(bucket);
        next += 1;
      }
      replay.look(nowMs);
      result.evaluations += 1;
      if (charted && nowMs % everyMs === 0) points.push(replay.point(nowMs));
      if (result.evaluations % 200 === 0) {
        await letOthersRun();
        if (this.mustStop(work)) break;
      }
    }
    if (charted) {
      const { agentId, subject: about } = subject.who;
      result.series.push({ agentId, subject: about, points });
    }
    collect(recorder, result);
  }

  /** The subject's history, oldest first; of a group, merged bucket by bucket. */
  private async bucketsOf({ agents }: Subject, work: Work): Promise<ReplayBucket[]> {
    const { rule, fromMs, toMs, stepMs } = work;
    const coarsest = stepMs >= HOUR_MS ? 'hour' : 'minute';
    const span = { fromMs: Math.floor((fromMs - rule.windowMs) / stepMs) * stepMs, toMs };
    const merged = new Map<number, ReplayBucket>();
    for (const agent of agents) {
      if (this.mustStop(work)) break;
      const own = await inSnapshot(this.dataSource, (query) =>
        this.history.buckets(query, agent.agentKey, span, coarsest),
      );
      for (const bucket of own) {
        const known = merged.get(bucket.atMs);
        if (known) mergePartial(known.partial, bucket.partial);
        else merged.set(bucket.atMs, bucket);
      }
    }
    return [...merged.values()].sort((a, b) => a.atMs - b.atMs);
  }

  private async replayExecutions(subject: Subject, work: Work): Promise<void> {
    const { rule, fromMs, toMs, result } = work;
    const [agent] = subject.agents;
    if (!agent) return;
    const recorder = new EpisodeRecorder(rule, subject.who);
    const replay = new ExecutionReplay(rule, this.expectOf(subject), recorder);
    for await (const page of this.history.executions(agent.agentKey, { fromMs, toMs })) {
      for (const execution of page) replay.see(execution);
      result.evaluations += page.length;
      if (this.mustStop(work)) break;
    }
    replay.letTimePass(toMs);
    collect(recorder, result);
  }
}

function collect(recorder: EpisodeRecorder, result: BacktestResult): void {
  const room = MAX_EPISODES - result.episodes.length;
  if (recorder.episodes.length > room) result.truncated = true;
  result.episodes.push(...recorder.episodes.slice(0, room));
  result.notifications += recorder.notifications;
}

/** 0 for rules about single executions. */
function stepOf(rule: AlertRule, rangeMs: number): number {
  if (rule.type === 'slow_execution' || rule.type === 'resource_overuse') return 0;
  const unit = rule.windowMs > MINUTES_UP_TO_MS ? HOUR_MS : MINUTE_MS;
  return Math.max(1, Math.ceil(rangeMs / MAX_LOOKS / unit)) * unit;
}

/** A back-test is no reason to keep requests waiting. */
function letOthersRun(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function refused(path: string, detail: string): Error {
  return invalidRequest([{ path, code: 'invalid-value', detail }]);
}
