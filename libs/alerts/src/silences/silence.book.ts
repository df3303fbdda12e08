import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';

import type { AlertRow } from '../alert.row.js';
import type { RunQuery } from '../alert.store.js';
import { isActive, matches } from './silence.matching.js';
import { SilenceStore } from './silence.store.js';
import type { StoredSilence } from './silence.store.js';

const REFRESH_MS = 5000;

type Silenceable = Pick<
  AlertRow,
  | 'project_id'
  | 'agent_id'
  | 'agent_type'
  | 'subject_kind'
  | 'subject_value'
  | 'rule_id'
  | 'alert_type'
  | 'severity'
  | 'task_type'
>;

/** All silences that have not ended, in memory: asked for at every transition. */
@Injectable()
export class SilenceBook implements OnModuleInit {
  private readonly logger = new Logger(SilenceBook.name);
  private byProject = new Map<number, StoredSilence[]>();

  constructor(
    private readonly store: SilenceStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
  }

  /** Takes in what other processes changed. A failure keeps what is known. */
  @Interval('alerts.silences.refresh', REFRESH_MS)
  async refresh(): Promise<void> {
    try {
      await this.load();
    } catch (error) {
      this.logger.warn({ event: 'alerts.silences.refresh.failed', error: String(error) });
    }
  }

  async load(run?: RunQuery): Promise<void> {
    const byProject = new Map<number, StoredSilence[]>();
    for (const silence of await this.store.live(this.clock.now(), run)) {
      const own = byProject.get(silence.projectId);
      if (own) own.push(silence);
      else byProject.set(silence.projectId, [silence]);
    }
    this.byProject = byProject;
  }

  /** The silence that holds for an alert now, the oldest if there are several. */
  matching(row: Silenceable, now: Date): StoredSilence | null {
    const silences = this.byProject.get(row.project_id);
    if (!silences) return null;
    const ofType = row.subject_kind === 'agentType' ? row.subject_value : null;
    const ofTask = row.subject_kind === 'taskType' ? row.subject_value : null;
    const facts = {
      agentId: row.agent_id ?? '',
      agentType: row.agent_type ?? ofType ?? '',
      ruleId: row.rule_id,
      type: row.alert_type,
      severity: row.severity,
      taskType: row.task_type ?? ofTask ?? '',
    };
    return (
      silences.find((silence) => isActive(silence, now) && matches(silence.matchers, facts)) ?? null
    );
  }
}
