import { Inject, Injectable } from '@nestjs/common';
import { ProjectDirectory } from '@app/access';
import type { SummaryRow } from '@app/contracts';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';
import { StatusService, SummaryService } from '@app/query';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** Most agents that are told of one by one, over all projects: each is about twenty series. */
export const MOST_AGENTS = 500;
/** A scrape gets figures that are at most so old. */
const FRESH_MS = 15_000;

type Agent = 'project' | 'agent_id' | 'agent_type';
const AGENT: Agent[] = ['project', 'agent_id', 'agent_type'];

/** One series per agent. */
interface Single {
  gauge: Gauge<Agent>;
  /** Null: nothing to tell. */
  of: (row: SummaryRow) => number | null;
}

interface ProjectRows {
  project: string;
  rows: SummaryRow[];
  omitted: number;
}

/** What the agents did in the last 24 hours, for a scraper; the busiest ones where there are many. */
@Injectable()
export class AgentKpis {
  private found: Promise<ProjectRows[]> | null = null;
  private foundAtMs = -Infinity;

  constructor(
    private readonly status: StatusService,
    private readonly projects: ProjectDirectory,
    private readonly summaries: SummaryService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Fills the gauges of a registry. @throws the database's error */
  async fill(gauges: AgentGauges): Promise<void> {
    const nowMs = this.clock.now().getTime();
    if (!this.found || nowMs - this.foundAtMs > FRESH_MS) {
      this.foundAtMs = nowMs;
      this.found = this.find();
    }
    try {
      gauges.fill(await this.found);
    } catch (error) {
      this.found = null;
      throw error;
    }
  }

  private async find(): Promise<ProjectRows[]> {
    const all: { project: string; row: SummaryRow }[] = [];
    const counts = new Map<string, number>();
    for (const { slug } of await this.status.projects()) {
      const scope = await this.projects.resolve(slug);
      const rows = await this.summaries.perAgent(scope, { window: '24h' }, {});
      const active = rows.filter(({ total, running }) => total > 0 || running > 0);
      counts.set(slug, active.length);
      all.push(...active.map((row) => ({ project: slug, row })));
    }
    const busiest = all.sort((a, b) => b.row.total - a.row.total).slice(0, MOST_AGENTS);
    return [...counts].map(([project, count]) => {
      const rows = busiest.filter((one) => one.project === project).map(({ row }) => row);
      return { project, rows, omitted: count - rows.length };
    });
  }
}

/** The series of agents in one registry. */
export class AgentGauges {
  private readonly gauges: Gauge[] = [];
  private readonly executions: Gauge<Agent | 'outcome'>;
  private readonly duration: Gauge<Agent | 'quantile'>;
  private readonly tokens: Gauge<Agent | 'direction'>;
  private readonly single: Single[];
  private readonly omitted: Gauge<'project'>;

  constructor(private readonly registry: Registry) {
    const lastDay = 'in the last 24 hours';
    this.executions = this.gauge('executions', `Finished executions ${lastDay}`, ['outcome']);
    this.duration = this.gauge('duration_seconds', `Duration of successes ${lastDay}`, [
      'quantile',
    ]);
    this.tokens = this.gauge('tokens', `Tokens ${lastDay}`, ['direction']);
    const ratio = (percent: number | null): number | null => percent && percent / 100;
    const one = (name: string, help: string, of: Single['of']): Single => ({
      gauge: this.gauge<never>(name, help),
      of,
    });
    this.single = [
      one('success_ratio', `Success rate ${lastDay}, 0-1`, (row) => ratio(row.successRate)),
      one('consistency_ratio', `Consistency ${lastDay}, 0-1`, (row) => ratio(row.consistency)),
      one('reliability_ratio', `Reliability ${lastDay}, 0-1`, (row) => ratio(row.reliability)),
      one('cpu_percent', `Mean CPU ${lastDay}`, (row) => row.cpuPercent.mean),
      one('memory_megabytes', `Peak memory ${lastDay}`, (row) => row.memoryMb.max),
      one('cost_usd', `Cost ${lastDay}`, (row) => row.costUsd),
      one('running', 'Executions running now', (row) => row.running),
      one('open_alerts', 'Alerts open now', (row) => row.openAlerts),
    ];
    this.omitted = new Gauge({
      name: 'apt_agents_omitted',
      help: `Active agents beyond the ${MOST_AGENTS} busiest, which have no series of their own`,
      labelNames: ['project'],
      registers: [registry],
    });
  }

  fill(projects: readonly ProjectRows[]): void {
    for (const gauge of this.gauges) gauge.reset();
    for (const { project, rows, omitted } of projects) {
      this.omitted.set({ project }, omitted);
      for (const row of rows) this.fillAgent(project, row);
    }
  }

  private fillAgent(project: string, row: SummaryRow): void {
    const agent = { project, agent_id: row.agentId, agent_type: row.agentType };
    this.executions.set({ ...agent, outcome: 'success' }, row.successful);
    this.executions.set({ ...agent, outcome: 'failed' }, row.failed);
    this.executions.set({ ...agent, outcome: 'cancelled' }, row.cancelled);
    const { p50Ms, p95Ms, p99Ms } = row.duration;
    for (const [quantile, ms] of Object.entries({ '0.5': p50Ms, '0.95': p95Ms, '0.99': p99Ms })) {
      if (ms !== null) this.duration.set({ ...agent, quantile }, ms / 1000);
    }
    if (row.inputTokens !== null) this.tokens.set({ ...agent, direction: 'in' }, row.inputTokens);
    if (row.outputTokens !== null)
      this.tokens.set({ ...agent, direction: 'out' }, row.outputTokens);
    for (const { gauge, of } of this.single) {
      const value = of(row);
      if (value !== null) gauge.set(agent, value);
    }
  }

  private gauge<L extends string>(name: string, help: string, more: L[] = []): Gauge<Agent | L> {
    const gauge = new Gauge<Agent | L>({
      name: `apt_agent_${name}`,
      help,
      labelNames: [...AGENT, ...more],
      registers: [this.registry],
    });
    this.gauges.push(gauge);
    return gauge;
  }
}
