import { Inject, Injectable } from '@nestjs/common';
import type { ProjectScope } from '@app/access';
import { emptyPartial, finalise } from '@app/aggregation';
import type { Partial, Span } from '@app/aggregation';
import type { CompareRow } from '@app/contracts';
import { wilsonInterval } from '@app/stats';
import { CLOCK } from '@app/platform';
import type { Clock } from '@app/platform';

import { countByAgent, readAgents } from './agent.reader.js';
import type { RegisteredAgent } from './agent.reader.js';
import {
  adjustedMeans,
  adjustedMedians,
  adjustedRates,
  compareDurations,
  compareRates,
} from './comparison.js';
import { ReadDatabase } from './read/read-database.js';
import { partialsByAgent } from './summary.service.js';
import { spanOf } from './time-range.js';
import type { RangeParameters } from './time-range.js';
import { readWork } from './work.reader.js';
import type { WorkByLevel } from './work.reader.js';

interface Candidate {
  agent: RegisteredAgent;
  partial: Partial;
  work: WorkByLevel;
  openAlerts: number;
}

/** Which agent is best, and whether the difference is real. */
@Injectable()
export class CompareService {
  constructor(
    private readonly database: ReadDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The agents, best first: by the lower end of the success rate's interval, then by the
   * complexity-adjusted mean duration.
   * @throws DomainError `unknown-agent` (404)
   */
  async compare(
    scope: ProjectScope,
    agentIds: string[],
    range: RangeParameters,
    complexity?: number,
  ): Promise<CompareRow[]> {
    const span = spanOf(range, this.clock.now().getTime(), '24h');
    const candidates = await this.database.snapshot(async (reader): Promise<Candidate[]> => {
      const { query } = reader;
      const agents = await readAgents(query, scope.projectId, { agentIds });
      const agentKeys = agents.map(({ agentKey }) => agentKey);
      const partials = await partialsByAgent(reader, scope, agentKeys, span, { complexity });
      const work = await readWork(query, scope.projectId, agentKeys, span, complexity);
      const alerts = await countByAgent(query, 'agent_performance_alerts', agentKeys);
      return agents.map((agent) => ({
        agent,
        partial: partials.get(agent.agentKey) ?? emptyPartial(),
        work: work.get(agent.agentKey) ?? new Map(),
        openAlerts: alerts.get(agent.agentKey) ?? 0,
      }));
    });
    return ranked(candidates, span);
  }
}

function ranked(candidates: Candidate[], span: Span): CompareRow[] {
  const means = adjustedMeans(candidates.map(({ partial }) => partial));
  const works = candidates.map(({ work }) => work);
  const medians = adjustedMedians(works);
  const rates = adjustedRates(works);
  const rows = candidates.map((candidate, index) => {
    const { partial } = candidate;
    const interval = wilsonInterval(partial.successful, partial.total - partial.cancelled);
    return {
      candidate,
      interval,
      adjusted: {
        adjustedMeanMs: means[index] ?? null,
        adjustedMedianMs: medians[index] ?? null,
        adjustedSuccessRate: rates[index] ?? null,
      },
    };
  });
  rows.sort(
    (a, b) =>
      (b.interval?.[0] ?? -1) - (a.interval?.[0] ?? -1) ||
      (a.adjusted.adjustedMeanMs ?? Infinity) - (b.adjusted.adjustedMeanMs ?? Infinity) ||
      (a.candidate.agent.agentId < b.candidate.agent.agentId ? -1 : 1),
  );
  return rows.map(({ candidate, interval, adjusted }, index) => {
    const reference = rows[index === 0 ? 1 : 0]?.candidate;
    const { agent, partial, work, openAlerts } = candidate;
    return {
      rank: index + 1,
      agentId: agent.agentId,
      agentName: agent.agentName,
      agentType: agent.agentType,
      ...finalise(partial),
      throughputPerHour: (partial.total * 3_600_000) / (span.toMs - span.fromMs),
      openAlerts,
      successRateInterval: interval,
      ...adjusted,
      versus: {
        agentId: reference?.agent.agentId ?? null,
        successRate: compareRates(work, reference?.work),
        duration: compareDurations(work, reference?.work),
      },
    };
  });
}
