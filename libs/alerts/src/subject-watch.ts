import { Injectable } from '@nestjs/common';
import { BenchmarksService } from '@app/benchmarks';
import type { AlertRule } from '@app/contracts';

import type { AlertRow } from './alert.row.js';
import { RuleBook } from './rule.book.js';
import type { ProjectRules } from './rule.store.js';
import { noData } from './rules/silence-of-agent.js';
import { stuckExecution } from './rules/stuck-execution.js';
import type { Stuck } from './rules/stuck-execution.js';
import { subjectOf } from './watch.look.js';
import type { Look } from './watch.look.js';
import { WatchStore } from './watch.store.js';
import type { WatchedAgent, WatchedTask } from './watch.store.js';
import { inScope } from './window-targets.js';

const RECOVERED = { is: 'recovered' } as const;

/** Judges what no stored execution shows: agents that are silent, and executions that hang. */
@Injectable()
export class SubjectWatch {
  constructor(
    private readonly rules: RuleBook,
    private readonly benchmarks: BenchmarksService,
    private readonly store: WatchStore,
  ) {}

  async judge(look: Look): Promise<void> {
    const projects = [...this.rules.projects()];
    for (const project of projects) {
      for (const rule of rulesOf(project, 'no_data')) judgeSilence(rule, project.projectId, look);
    }
    const concerned = projects.filter((one) => rulesOf(one, 'stuck_execution').length > 0);
    if (concerned.length === 0) return;
    const ids = concerned.map(({ projectId }) => projectId);
    const running = await this.store.running(ids, look.run);
    for (const project of concerned) {
      for (const rule of rulesOf(project, 'stuck_execution')) {
        this.judgeRunning(rule, project.projectId, running, look);
      }
    }
  }

  private judgeRunning(
    rule: AlertRule,
    projectId: number,
    running: readonly WatchedTask[],
    look: Look,
  ): void {
    const worst = new Map<string, { agent: WatchedAgent; task: WatchedTask; stuck: Stuck }>();
    for (const task of running) {
      const agent = look.agents.get(task.agentKey);
      if (agent?.projectId !== projectId || !inScope(rule, agent)) continue;
      if (rule.taskType !== null && rule.taskType !== task.taskType) continue;
      const { taskType, complexity } = task;
      const benchmark = this.benchmarks.expectationFor(
        agent.project,
        agent.agentType,
        taskType,
        complexity,
      );
      const stuck = stuckExecution(rule, task, benchmark, look.nowMs);
      // The oldest comes first, and is the worst of its kind.
      const key = `${task.agentKey} ${stuck?.finding.fingerprint ?? ''}`;
      if (stuck && !worst.has(key)) worst.set(key, { agent, task, stuck });
    }
    for (const { agent, task, stuck } of worst.values()) {
      const { finding, sinceMs } = stuck;
      const seen = { atMs: sinceMs, executionId: task.executionId };
      look.take(subjectOf(agent), finding.fingerprint, { is: 'breached', finding }, seen, '');
    }
    for (const row of openOf(look, projectId, rule)) {
      if (worst.has(`${row.agent_key} ${row.fingerprint}`)) continue;
      const agent = look.agents.get(row.agent_key);
      if (!agent) continue;
      const seen = { atMs: look.nowMs };
      look.take(subjectOf(agent), row.fingerprint, RECOVERED, seen, 'nothing is stuck any more');
    }
  }
}

function judgeSilence(rule: AlertRule, projectId: number, look: Look): void {
  for (const agent of look.agents.values()) {
    if (agent.projectId !== projectId || !inScope(rule, agent)) continue;
    const verdict = noData(rule, agent.lastSeenMs, look.nowMs);
    const seen = { atMs: agent.lastSeenMs + rule.windowMs };
    look.take(subjectOf(agent), rule.id, verdict, seen, 'the agent is heard again');
  }
}

function rulesOf({ all }: ProjectRules, type: AlertRule['type']): AlertRule[] {
  return all.filter((rule) => rule.enabled && rule.type === type);
}

function openOf(look: Look, projectId: number, rule: AlertRule): AlertRow[] {
  return look.open.filter((row) => row.project_id === projectId && row.rule_id === rule.id);
}
