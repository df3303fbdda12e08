import type { AlertType } from '@app/contracts';

export const fleetEn = {
  types: {
    slow_execution: 'slow execution',
    high_failure_rate: 'high failure rate',
    resource_overuse: 'resource overuse',
    degraded_performance: 'degraded performance',
    threshold: 'threshold',
    stuck_execution: 'stuck execution',
    no_data: 'no data',
  } satisfies Record<AlertType, string>,
  resolved: (who: string) => `Resolved: ${who}`,
  notResolved: (who: string) => `Not resolved: ${who}`,
};
