import { describe, expect, it } from '@jest/globals';
import type { Alert } from '@app/contracts';
import { inboxOrder, matchesText, parseInboxFilter, steadyList } from './inbox-filter';

function anAlert(over: Partial<Alert>): Alert {
  return {
    id: '1~a',
    project: 'default',
    type: 'slow_execution',
    severity: 'warning',
    state: 'firing',
    agentId: 'planner-1',
    agentName: 'Planner 1',
    agentType: 'orchestrator',
    taskType: 'default',
    complexity: 1,
    thresholdValue: 1,
    actualValue: 2,
    unit: 'ms',
    message: 'took too long',
    count: 1,
    firedAt: '2026-05-01T10:00:00.000Z',
    lastSeenAt: '2026-05-01T10:00:00.000Z',
    resolvedAt: null,
    resolvedBy: null,
    resolveReason: null,
    executionId: null,
    ...over,
  };
}

describe('the inbox', () => {
  it('takes from the address what it knows and ignores the rest', () => {
    expect(parseInboxFilter({ state: 'pending', severity: 'critical', kind: 'no_data' })).toEqual({
      state: 'pending',
      severity: 'critical',
      kind: 'no_data',
      text: '',
    });
    expect(parseInboxFilter({ state: 'resolved', severity: 'awful', kind: 'x', q: 'a' })).toEqual({
      state: 'open',
      severity: null,
      kind: null,
      text: 'a',
    });
  });

  it('finds every word anywhere in the row, whatever its case', () => {
    const alert = anAlert({ acknowledgedBy: 'Maria' });
    expect(matchesText(alert, 'PLANNER slow')).toBe(true);
    expect(matchesText(alert, 'maria long')).toBe(true);
    expect(matchesText(alert, 'planner fast')).toBe(false);
  });

  it('orders worst first, then newest, and a repeated breach moves no row', () => {
    const rows = [
      anAlert({ id: 'old', firedAt: '2026-05-01T09:00:00.000Z' }),
      anAlert({ id: 'new' }),
      anAlert({ id: 'bad', severity: 'critical', firedAt: '2026-05-01T08:00:00.000Z' }),
    ];
    expect(inboxOrder(rows).map(({ id }) => id)).toEqual(['bad', 'new', 'old']);
    const again = rows.map((one) => ({ ...one, lastSeenAt: '2026-05-02T00:00:00.000Z' }));
    expect(inboxOrder(again.reverse()).map(({ id }) => id)).toEqual(['bad', 'new', 'old']);
  });

  it('holds new rows back and keeps the order while somebody works on the list', () => {
    const [a, b] = [anAlert({ id: 'a' }), anAlert({ id: 'b' })];
    const before = steadyList(undefined, 'k', [a, b], true);
    const worse = { ...b, severity: 'critical' as const };
    const held = steadyList(before, 'k', [worse, anAlert({ id: 'c' }), a], true);
    expect(held.rows.map(({ id, severity }) => [id, severity])).toEqual([
      ['a', 'warning'],
      ['b', 'critical'],
    ]);
    expect(held.held).toBe(1);
    expect(steadyList(held, 'k', [worse, a], false).rows[0]?.id).toBe('b');
    // Another question has nothing to hold on to.
    expect(steadyList(held, 'other', [worse], true)).toEqual({
      key: 'other',
      rows: [worse],
      held: 0,
    });
  });
});
