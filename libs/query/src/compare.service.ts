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
import { adjustedMeans, compareDurations, compareRates } from './comparison.js';
import { ReadDatabase } from './read/read-database.js';
import { partialsByAgent } from './summary.service.js';
import { spanOf } from './time-range.js';
import type { RangeParameters } from './time-range.js';

interface Candidate {
  agent: RegisteredAgent;
  partial: Partial;
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
      const partials = await partialsByAgent(reader, agentKeys, span, { complexity });
      const alerts = await countByAgent(query, 'agent_performance_alerts', agentKeys);
      return agents.map((agent) => ({
        agent,
        partial: partials.get(agent.agentKey) ?? emptyPartial(),
        openAlerts: alerts.get(agent.agentKey) ?? 0,
      }));
    });
    return ranked(candidates, span);
  }
}

function ranked(candidates: Candidate[], span: Span): CompareRow[] {
  const means = adjustedMeans(candidates.map(({ partial }) => partial));
  const rows = candidates.map((candidate, index) => {
    const { partial } = candidate;
    const interval = wilsonInterval(partial.successful, partial.total - partial.cancelled);
    return { candidate, interval, adjustedMeanMs: means[index] ?? null };
  });
  rows.sort(
    (a, b) =>
      (b.interval?.[0] ?? -1) - (a.interval?.[0] ?? -1) ||
      (a.adjustedMeanMs ?? Infinity) - (b.adjustedMeanMs ?? Infinity) ||
      (a.candidate.agent.agentId < b.candidate.agent.agentId ? -1 : 1),
  );
  return rows.map(({ candidate, interval, adjustedMeanMs }, index) => {
    const reference = rows[index === 0 ? 1 : 0]?.candidate;
    const { agent, partial, openAlerts } = candidate;
    return {
      rank: index + 1,
      agentId: agent.agentId,
      agentName: agent.agentName,
      agentType: agent.agentType,
      ...finalise(partial),
      throughputPerHour: (partial.total * 3_600_000) / (span.toMs - span.fromMs),
      openAlerts,
      successRateInterval: interval,
      adjustedMeanMs,
      versus: {
        agentId: reference?.agent.agentId ?? null,
        successRate: compareRates(partial, reference?.partial),
        duration: compareDurations(partial, reference?.partial),
      },
    };
  });
}
