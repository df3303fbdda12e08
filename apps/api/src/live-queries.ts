import type { ProjectDirectory } from '@app/access';
import { PERIODS } from '@app/contracts';
import type { Period } from '@app/contracts';
import type { IngestService } from '@app/metrics';
import { invalidRequest } from '@app/platform';
import type { SummaryService, TrendsService } from '@app/query';
import { sortSummary } from '@app/query';
import type { LiveQueries } from '@app/realtime';

/** Answers the requests of live clients by the same services as REST does. */
export function liveQueries(
  projects: ProjectDirectory,
  summaries: SummaryService,
  trends: TrendsService,
  ingest: IngestService,
): LiveQueries {
  return {
    async agentMetrics(project, agentId) {
      const agentIds = agentId === undefined ? undefined : [agentId];
      const rows = await summaries.perAgent(await projects.resolve(project), {}, { agentIds });
      return agentId === undefined ? sortSummary(rows, 'rank', 'desc') : rows[0];
    },
    async trends(project, agentId, period, lookback) {
      if (!PERIODS.includes(period as Period)) {
        const detail = `must be one of ${PERIODS.join(', ')}`;
        throw invalidRequest([{ path: 'period', code: 'invalid-value', detail }]);
      }
      const request = { period: period as Period, lookback };
      return trends.together(await projects.resolve(project), request, { agentIds: [agentId] });
    },
    async ingest(project, records) {
      return ingest.ingest(await projects.resolve(project), records);
    },
  };
}
