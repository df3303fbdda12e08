import { Injectable } from '@nestjs/common';
import { BenchmarksService } from '@app/benchmarks';
import type { AlertChange, AlertRule } from '@app/contracts';

import { AlertLedger } from './alert.ledger.js';
import type { AlertRow } from './alert.row.js';
import { stepOf } from './life/change.js';
import type { LifeChange } from './life/change.js';
import { FLAP_EPISODES, FLAP_WINDOW_MS } from './life/flapping.js';
import { RuleBook } from './rule.book.js';
import { resourceLimit, resourceOfUnit } from './rules/resource-overuse.js';
import { slowLimitMs } from './rules/slow-execution.js';
import { spokenDuration } from './rules/wording.js';
import { SilenceBook } from './silences/silence.book.js';
import { addressOfRow } from './watch.look.js';
import type { Look, Sighting } from './watch.look.js';
import { WatchStore } from './watch.store.js';
import type { Proof } from './watch.store.js';

/** A breach of single executions that is still pending is forgotten after this time. */
const FORGET_PENDING_MS = 60 * 60_000;
const NOBODY = { holdMs: 0, keepFiringMs: 0, noData: 'keep' } as const;

/**
 * What time alone does to open alerts: they end when they have been quiet, snoozes run out,
 * silences begin and end, and people are told what was held back.
 */
@Injectable()
export class AlertUpkeep {
  constructor(
    private readonly ledger: AlertLedger,
    private readonly rules: RuleBook,
    private readonly silences: SilenceBook,
    private readonly benchmarks: BenchmarksService,
    private readonly store: WatchStore,
  ) {}

  /** Carries out what a look has seen of open alerts. */
  async follow(look: Look): Promise<AlertChange[]> {
    const sightings = new Map<string, Sighting>();
    for (const sighting of [...(await this.quiet(look)), ...look.sightings]) {
      sightings.set(addressOfRow(sighting.row), sighting);
    }
    const steady = await this.steady(look);
    const concerned = look.open.filter((row) => {
      const sighting = sightings.get(addressOfRow(row));
      const changes = sighting ? this.step(row, sighting, look) !== null : false;
      return changes || this.needsUpkeep(row, look, steady);
    });
    const locked = await this.ledger.lock(
      concerned.map((row) => ({ agentKey: row.agent_key, alertId: row.alert_id })),
      look.run,
    );
    const seen = new Map(concerned.map((row) => [row.alert_id, row.last_seen_at.getTime()]));
    const changes = locked.flatMap((row) => {
      if (row.state === 'resolved') return [];
      const sighting = sightings.get(addressOfRow(row));
      // A breach that came in after the look has made what was seen old news.
      const current = sighting && seen.get(row.alert_id) === row.last_seen_at.getTime();
      const step = current ? this.step(row, sighting, look) : null;
      const change = step ?? { row, history: [], news: [], cleared: false };
      return [this.tend(change, look, steady)];
    });
    return this.ledger.write(changes, look.run);
  }

  private step(row: AlertRow, { reading, reason }: Sighting, look: Look): LifeChange | null {
    const policy = this.rules.find(row.project_id, row.rule_id) ?? NOBODY;
    return stepOf(row, false, policy, reading, look.nowMs, { by: 'system', reason });
  }

  private needsUpkeep(row: AlertRow, look: Look, steady: ReadonlySet<string>): boolean {
    if (row.state === 'pending') return false;
    const { snoozed_until: until } = row;
    return (
      (until !== null && until <= look.now) ||
      (row.flapping && steady.has(row.alert_id)) ||
      (this.silences.matching(row, look.now)?.id ?? null) !== row.silenced_by ||
      this.ledger.owesNotice(row, look.now)
    );
  }

  /** Ends snoozes and flapping whose time is over. Silences are looked at as it is written. */
  private tend(change: LifeChange, look: Look, steady: ReadonlySet<string>): LifeChange {
    const row = { ...change.row };
    const history = [...change.history];
    const news = [...change.news];
    const note = (transition: 'unsnoozed' | 'steady'): void => {
      history.push({ transition, actor: 'system', note: null });
      news.push(transition);
    };
    if (change.cleared || row.state === 'resolved') return change;
    if (row.snoozed_until !== null && row.snoozed_until <= look.now) {
      row.snoozed_until = null;
      note('unsnoozed');
    }
    if (row.flapping && steady.has(row.alert_id)) {
      row.flapping = false;
      note('steady');
    }
    return { ...change, row, history, news };
  }

  /** Flapping alerts of which few enough episodes have ended lately. */
  private async steady(look: Look): Promise<Set<string>> {
    const flapping = look.open.filter((row) => row.flapping);
    const since = new Date(look.nowMs - FLAP_WINDOW_MS);
    const keys = [...new Set(flapping.map((row) => row.agent_key))];
    const recent = await this.store.recentEpisodes(keys, since, look.run);
    return new Set(
      flapping
        .filter((row) => (recent.get(addressOfRow(row)) ?? 0) < FLAP_EPISODES)
        .map((row) => row.alert_id),
    );
  }

  /** Alerts about single executions end after a quiet time with a success within the limit. */
  private async quiet(look: Look): Promise<Sighting[]> {
    const candidates: { row: AlertRow; rule: AlertRule; proof: Proof }[] = [];
    const forgotten: Sighting[] = [];
    let fromMs = look.nowMs;
    for (const row of look.open) {
      const rule = this.rules.find(row.project_id, row.rule_id);
      if (!rule?.enabled) continue;
      const proof = this.proofOf(row, rule);
      if (!proof) continue;
      const quietMs = look.nowMs - row.last_seen_at.getTime();
      if (row.state === 'pending' && quietMs > FORGET_PENDING_MS) {
        const reading = { is: 'recovered', sinceMs: row.last_seen_at.getTime() } as const;
        forgotten.push({ row, reading, reason: 'no further breach' });
      } else if (quietMs >= rule.keepFiringMs && this.isStirring(row, rule, look)) {
        candidates.push({ row, rule, proof });
        // Looked at every time something runs, so an older success has had its look.
        fromMs = Math.min(fromMs, look.nowMs - FORGET_PENDING_MS - rule.keepFiringMs);
      }
    }
    const proofs = candidates.map(({ proof }) => proof);
    const over = await this.store.proven(proofs, new Date(fromMs), look.run);
    const proven = candidates
      .filter(({ row }) => over.has(row.alert_id))
      .map(({ row, rule }): Sighting => {
        const reason = `no breach for ${spokenDuration(rule.keepFiringMs)}, and a later success within the limit`;
        return { row, reading: { is: 'recovered', sinceMs: row.last_seen_at.getTime() }, reason };
      });
    return [...forgotten, ...proven];
  }

  /** A proof can only be new where something ran; an alert of long ago needs no look every time. */
  private isStirring(row: AlertRow, rule: AlertRule, look: Look): boolean {
    const recentMs = FORGET_PENDING_MS + rule.keepFiringMs;
    return look.busy.has(row.agent_key) || look.nowMs - row.last_seen_at.getTime() < recentMs;
  }

  private proofOf(row: AlertRow, rule: AlertRule): Proof | null {
    const { agent_key: agentKey, alert_id: alertId, task_type: taskType, complexity } = row;
    if (taskType === null || complexity === null || row.agent_type === null) return null;
    const common = { agentKey, alertId, taskType, complexity, since: row.last_seen_at };
    const benchmark = this.benchmarks.expectationFor(
      row.slug,
      row.agent_type,
      taskType,
      complexity,
    );
    if (row.alert_type === 'slow_execution') {
      const limit = benchmark ? slowLimitMs(rule, benchmark) : row.threshold_value;
      return { ...common, figure: 'duration', limit };
    }
    if (row.alert_type !== 'resource_overuse') return null;
    const figure = resourceOfUnit(row.unit);
    const limit = benchmark ? resourceLimit(rule, figure, benchmark) : row.threshold_value;
    return { ...common, figure, limit };
  }
}
