import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { AlertRule } from '@app/contracts';

import type { RunQuery } from './alert.store.js';
import { BUILT_INS } from './rules/built-in.js';
import { RuleStore } from './rule.store.js';
import type { ProjectRules } from './rule.store.js';

const REFRESH_MS = 5000;

const UNTUNED: Pick<ProjectRules, 'all' | 'byId'> = {
  all: BUILT_INS,
  byId: new Map(BUILT_INS.map((rule) => [rule.id, rule])),
};

/** All rules, in memory: asked for at every execution, changed by people now and then. */
@Injectable()
export class RuleBook implements OnModuleInit {
  private readonly logger = new Logger(RuleBook.name);
  private byProject = new Map<string, ProjectRules>();
  private byProjectId = new Map<number, ProjectRules>();
  private refreshes = 0;
  private shown = 0;

  constructor(private readonly store: RuleStore) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
  }

  /** Takes in what other processes changed. A failure keeps what is known. */
  @Interval('alerts.rules.refresh', REFRESH_MS)
  async refresh(): Promise<void> {
    try {
      await this.load();
    } catch (error) {
      this.logger.warn({ event: 'alerts.rules.refresh.failed', error: String(error) });
    }
  }

  async load(run?: RunQuery): Promise<void> {
    const turn = ++this.refreshes;
    const projects = await this.store.everything(run);
    // An answer that was overtaken by a later one is old news.
    if (turn < this.shown) return;
    this.shown = turn;
    this.byProject = new Map(projects.map((rules) => [rules.project, rules]));
    this.byProjectId = new Map(projects.map((rules) => [rules.projectId, rules]));
  }

  projects(): Iterable<ProjectRules> {
    return this.byProjectId.values();
  }

  /** Rules of a project by its slug; one that is not known yet has tuned nothing. */
  of(project: string): Pick<ProjectRules, 'all' | 'byId'> {
    return this.byProject.get(project) ?? UNTUNED;
  }

  find(projectId: number, ruleId: string): AlertRule | null {
    const rules = this.byProjectId.get(projectId) ?? UNTUNED;
    return rules.byId.get(ruleId) ?? null;
  }
}
