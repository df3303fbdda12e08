import { Injectable } from '@nestjs/common';
import { BenchmarksService } from '@app/benchmarks';
import type { Span, StreamingQuery } from '@app/aggregation';
import { DataSource } from 'typeorm';

import { AgentWindow } from './agent-window.js';
import { inSnapshot, readTaskWindows, readWindows, windowSpan } from './window.reader.js';
import type { Expect, Verdict } from './rules/finding.js';
import { noDataFinding } from './rules/silence-of-agent.js';
import { needsAll, windowVerdict } from './rules/window-verdict.js';
import { fingerprintOf, groupSubject, isStillSettled, openTaskTypes } from './window-targets.js';
import type { TaskTypeTarget, WindowPlan, WindowTarget } from './window-targets.js';
import type { Look } from './watch.look.js';

/** So many agents' buckets are in memory at once. */
const CHUNK = 500;
const REASON = 'back within the expected range';

/** Judges windows: reads what ran, and hands each verdict to the look. */
@Injectable()
export class WindowJudge {
  constructor(
    private readonly dataSource: DataSource,
    private readonly benchmarks: BenchmarksService,
  ) {}

  async judge(plan: WindowPlan, look: Look): Promise<void> {
    if (plan.targets.length === 0 && plan.byTaskType.length === 0) return;
    await inSnapshot(this.dataSource, async (query) => {
      const due = plan.targets.filter((target) => !isStillSettled(target));
      const byWindow = Map.groupBy(due, ({ rule }) => rule.windowMs);
      for (const [windowMs, targets] of byWindow) {
        const span = windowSpan(windowMs, look.nowMs);
        const special = targets.filter(isSpecial);
        await this.judgeUsual(
          query,
          span,
          targets.filter((one) => !isSpecial(one)),
          look,
        );
        for (const same of Map.groupBy(special, readingOf).values()) {
          await this.judgeSpecial(query, span, same, look);
        }
      }
      for (const target of plan.byTaskType) await this.judgeTaskTypes(query, target, look);
    });
  }

  /** Agents in chunks; what groups need of them is merged on the way. */
  private async judgeUsual(
    query: StreamingQuery,
    span: Span,
    targets: readonly WindowTarget[],
    look: Look,
  ): Promise<void> {
    const ofAgent = Map.groupBy(
      targets.filter(({ subject }) => subject.agentKey !== 0),
      ({ subject }) => subject.agentKey,
    );
    const groups = targets.filter(({ subject }) => subject.agentKey === 0);
    const gathered = new Map(groups.map((target) => [target, new AgentWindow()]));
    const groupsOf = new Map<number, WindowTarget[]>();
    for (const target of groups) {
      for (const key of target.agentKeys) {
        groupsOf.set(key, [...(groupsOf.get(key) ?? []), target]);
      }
    }
    const keys = [...new Set([...ofAgent.keys(), ...groupsOf.keys()])];
    for (let start = 0; start < keys.length; start += CHUNK) {
      const chunk = keys.slice(start, start + CHUNK);
      const windows = await readWindows(query, chunk, span);
      for (const key of chunk) {
        const window = windows.get(key) ?? new AgentWindow();
        for (const target of ofAgent.get(key) ?? []) this.conclude(target, window, look);
        for (const target of groupsOf.get(key) ?? []) {
          const state = needsAll(target.rule) ? window.full : window.counts;
          gathered.get(target)?.add(span.fromMs, state);
        }
      }
    }
    for (const [target, window] of gathered) this.conclude(target, window, look);
  }

  /** Targets of one task type, or of a window that a person has cut short; all read the same. */
  private async judgeSpecial(
    query: StreamingQuery,
    span: Span,
    targets: readonly WindowTarget[],
    look: Look,
  ): Promise<void> {
    const [{ taskType, settledMs } = { taskType: null, settledMs: null }] = targets;
    const cut = { ...span, fromMs: Math.max(span.fromMs, settledMs ?? 0) };
    const keys = [...new Set(targets.flatMap(({ agentKeys }) => agentKeys))];
    const windows =
      taskType === null
        ? await readWindows(query, keys, cut)
        : await readTaskWindows(query, keys, cut, taskType, (agentKey) => agentKey);
    for (const target of targets) {
      const own = target.agentKeys.map((key) => windows.get(key) ?? new AgentWindow());
      const [only] = own;
      const whole = new AgentWindow();
      if (own.length > 1) for (const one of own) whole.add(span.fromMs, one.full);
      this.conclude(target, own.length === 1 && only ? only : whole, look);
    }
  }

  private async judgeTaskTypes(
    query: StreamingQuery,
    target: TaskTypeTarget,
    look: Look,
  ): Promise<void> {
    const { rule, agents } = target;
    const keys = agents.map(({ agentKey }) => agentKey);
    const span = windowSpan(rule.windowMs, look.nowMs);
    const windows = await readTaskWindows(query, keys, span, rule.taskType, (_, type) => type);
    for (const row of openTaskTypes(look, target)) {
      const type = row.subject_value ?? '';
      if (!windows.has(type)) windows.set(type, new AgentWindow());
    }
    for (const [type, window] of windows) {
      const subject = groupSubject(target, 'taskType', type);
      const fingerprint = fingerprintOf(rule, 'taskType', type);
      const whole = { rule, subject, fingerprint, agentKeys: keys, taskType: type };
      this.conclude({ ...whole, settledMs: null }, window, look);
    }
  }

  private conclude(target: WindowTarget, window: AgentWindow, look: Look): void {
    const { rule, subject, fingerprint } = target;
    const expect: Expect = (taskType, complexity) =>
      this.benchmarks.expectationFor(subject.project, subject.agentType, taskType, complexity);
    const verdict = windowVerdict(rule, window, expect, fingerprint);
    if (verdict.is === 'missing' && rule.noData === 'alert') {
      if (target.settledMs !== null) return;
      const seen = { atMs: this.seenAt(target, null, look) };
      look.take(subject, fingerprint, silence(target, look), seen, REASON);
      return;
    }
    const { lastEndedAtMs } = window.counts;
    const seen = { atMs: this.seenAt(target, lastEndedAtMs || null, look) };
    look.take(subject, fingerprint, verdict, seen, REASON);
  }

  /** When a breach was last seen; one without executions is as old as it is, look after look. */
  private seenAt(
    { subject, fingerprint }: WindowTarget,
    endedMs: number | null,
    look: Look,
  ): number {
    if (endedMs !== null) return Math.min(endedMs, look.nowMs);
    const open = look.openAlert(subject.agentKey, fingerprint);
    return open?.last_seen_at.getTime() ?? look.nowMs;
  }
}

function silence({ rule, fingerprint, agentKeys }: WindowTarget, look: Look): Verdict {
  const seen = agentKeys.map((key) => look.agents.get(key)?.lastSeenMs ?? 0);
  const silentMs = look.nowMs - Math.max(0, ...seen);
  const sinceMs = seen.length === 0 ? rule.windowMs : silentMs;
  return { is: 'breached', finding: noDataFinding(rule, fingerprint, sinceMs) };
}

/** What cannot be answered by the rollups of the whole window. */
function isSpecial({ taskType, settledMs }: WindowTarget): boolean {
  return taskType !== null || settledMs !== null;
}

function readingOf({ taskType, settledMs }: WindowTarget): string {
  return JSON.stringify([taskType, settledMs]);
}
