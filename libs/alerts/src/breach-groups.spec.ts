import { describe, expect, it } from '@jest/globals';
import type { StoredExecution } from '@app/platform';

import { BreachGroups } from './breach-groups.js';
import type { Finding } from './rules/finding.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');

function aFinding(change: Partial<Finding> = {}): Finding {
  return {
    type: 'slow_execution',
    ruleId: 'slow_execution',
    fingerprint: 'slow_execution:default:1',
    severity: 'warning',
    taskType: 'default',
    complexity: 1,
    thresholdValue: 1500,
    actualValue: 1600,
    unit: 'ms',
    describe: (agentName) => agentName,
    ...change,
  };
}

function aRun(executionId: string, endedAt: string, agentKey = 1): StoredExecution {
  return { agentKey, executionId, endedAt } as StoredExecution;
}

describe(BreachGroups.name, () => {
  it('makes one group of a thousand, with the worst finding and the newest execution', () => {
    const groups = new BreachGroups(10);
    for (let index = 0; index < 1000; index += 1) {
      const finding = aFinding({ actualValue: index === 500 ? 9000 : 1600 });
      groups.addExecution(aRun('older', '2026-11-22T11:00:00Z'), finding, NOW);
    }
    groups.addExecution(aRun('newest', '2026-11-22T11:30:00Z'), aFinding(), NOW);
    expect(groups.take()).toMatchObject([
      {
        count: 1001,
        finding: { actualValue: 9000 },
        executionId: 'newest',
        firstSeenMs: Date.parse('2026-11-22T11:00:00Z'),
        lastSeenMs: Date.parse('2026-11-22T11:30:00Z'),
      },
    ]);
    expect(groups.size).toBe(0);
  });

  it('takes critical for worse than a higher figure', () => {
    const groups = new BreachGroups(10);
    const critical = aFinding({ severity: 'critical', actualValue: 2100 });
    groups.addExecution(aRun('a', '2026-11-22T11:00:00Z'), critical, NOW);
    groups.addExecution(aRun('b', '2026-11-22T11:00:00Z'), aFinding({ actualValue: 5000 }), NOW);
    expect(groups.take()).toMatchObject([{ finding: { severity: 'critical', actualValue: 2100 } }]);
  });

  it('takes an end in the future for now', () => {
    const groups = new BreachGroups(10);
    groups.addExecution(aRun('a', '2026-11-22T12:04:00Z'), aFinding(), NOW);
    expect(groups.take()).toMatchObject([{ lastSeenMs: NOW }]);
  });

  it('keeps agents and fingerprints apart, and counts what no longer fits', () => {
    const groups = new BreachGroups(2);
    groups.addExecution(aRun('a', '2026-11-22T11:00:00Z', 1), aFinding(), NOW);
    groups.addExecution(aRun('b', '2026-11-22T11:00:00Z', 2), aFinding(), NOW);
    groups.addExecution(aRun('c', '2026-11-22T11:00:00Z', 3), aFinding(), NOW);
    groups.addExecution(aRun('d', '2026-11-22T11:00:00Z', 2), aFinding(), NOW);
    expect(groups.take().map(({ count }) => count)).toEqual([1, 2]);
    expect(groups.dropped).toBe(1);
  });
});
