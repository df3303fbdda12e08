import { describe, expect, it } from '@jest/globals';
import { Sum, addRow, emptyPartial } from '@app/aggregation';

import { SummaryEntry } from './summary.entry.js';

const HOUR_MS = 3_600_000;
const agent = { agentKey: 1, agentId: 'reader-1', agentName: 'Reader', agentType: 'cognitive' };
const none = { running: 0, openAlerts: 0 };

function sumOf(statuses: string[]): Sum {
  const partial = emptyPartial();
  for (const status of statuses) {
    const resources = { cpuPercent: 1, memoryMb: null, networkBytes: null, diskBytes: null };
    const usage = { inputTokens: null, outputTokens: null, costUsd: null };
    const task = { taskType: 'default', complexity: 1, status, durationMs: 10, endedAtMs: HOUR_MS };
    addRow(partial, { ...task, ...resources, ...usage });
  }
  return new Sum([partial]);
}

describe('a row of the summary', () => {
  const current = sumOf(['success', 'failure', 'timeout', 'cancelled', 'success', 'abandoned']);
  const before = sumOf(['success']);
  const span = { fromMs: 0, toMs: HOUR_MS };

  it('counts without its figures as with them', () => {
    const { total, successful, failed, cancelled } = current.counts;
    expect({ total, successful, failed, cancelled }).toEqual({
      total: 6,
      successful: 2,
      failed: 3,
      cancelled: 1,
    });
    expect(current.statistics).toMatchObject({ total, successful, failed, cancelled });
  });

  it('is written anew when anything that it tells has changed', () => {
    const first = new SummaryEntry(span, agent, current, before, none);
    const others = [
      new SummaryEntry({ fromMs: 9, toMs: HOUR_MS + 9 }, agent, current, before, none),
      new SummaryEntry({ fromMs: 0, toMs: 2 * HOUR_MS }, agent, current, before, none),
      new SummaryEntry(span, agent, current, sumOf([]), none),
      new SummaryEntry(span, agent, current, before, { running: 2, openAlerts: 0 }),
      new SummaryEntry(span, agent, current, before, { running: 0, openAlerts: 2 }),
      new SummaryEntry(span, { ...agent, agentId: 'x' }, current, before, none),
      new SummaryEntry(span, { ...agent, agentName: 'Other' }, current, before, none),
      new SummaryEntry(span, { ...agent, agentType: 'other' }, current, before, none),
    ];
    for (const other of others) {
      for (const entry of [first, other, other]) {
        expect(entry.toJson()).toBe(JSON.stringify(entry.toRow()));
      }
    }
  });
});
