import { BUILT_IN_RULES } from '@app/contracts';
import type { AlertRule, BuiltInRule } from '@app/contracts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What every rule is unless it says otherwise. */
export const RULE_DEFAULTS = {
  description: null,
  enabled: true,
  muted: false,
  agentId: null,
  agentType: null,
  taskType: null,
  groupBy: 'agent',
  statistic: null,
  operator: null,
  warning: null,
  critical: null,
  recovery: null,
  windowMs: HOUR_MS,
  minSample: 1,
  holdMs: 0,
  keepFiringMs: 0,
  noData: 'keep',
  renotifyMs: null,
  heartbeatMs: null,
} as const satisfies Partial<AlertRule>;

const origin = {
  builtIn: true,
  version: 1,
  createdAt: null,
  createdBy: null,
  updatedAt: null,
  updatedBy: null,
} as const;

const BUILT_IN: Record<BuiltInRule, AlertRule> = {
  slow_execution: {
    ...RULE_DEFAULTS,
    ...origin,
    id: 'slow_execution',
    type: 'slow_execution',
    name: 'Slow execution',
    description: 'A success or time-out that took much longer than its benchmark expects.',
    warning: 1.5,
    critical: 2,
    keepFiringMs: 10 * MINUTE_MS,
  },
  resource_overuse: {
    ...RULE_DEFAULTS,
    ...origin,
    id: 'resource_overuse',
    type: 'resource_overuse',
    name: 'Resource overuse',
    description: 'Mean CPU or peak memory above what the benchmark allows.',
    warning: 1,
    critical: 1.5,
    keepFiringMs: 10 * MINUTE_MS,
  },
  high_failure_rate: {
    ...RULE_DEFAULTS,
    ...origin,
    id: 'high_failure_rate',
    type: 'high_failure_rate',
    name: 'High failure rate',
    description: 'The success rate is below what the benchmarks ask for, and not by chance.',
    warning: 0,
    critical: 20,
    minSample: 10,
  },
  degraded_performance: {
    ...RULE_DEFAULTS,
    ...origin,
    id: 'degraded_performance',
    type: 'degraded_performance',
    name: 'Degraded performance',
    description: 'The newest successes take longer than expected on the whole, not by chance.',
    warning: 1.2,
    critical: 2,
    minSample: 20,
  },
};

/** The rules of a project that tuned nothing. */
export const BUILT_INS: readonly AlertRule[] = BUILT_IN_RULES.map((name) => BUILT_IN[name]);

export function builtInRule(name: BuiltInRule): AlertRule {
  return BUILT_IN[name];
}

export function isBuiltIn(id: string): id is BuiltInRule {
  return (BUILT_IN_RULES as readonly string[]).includes(id);
}
