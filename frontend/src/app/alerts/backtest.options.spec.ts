import { describe, expect, it } from '@jest/globals';
import type { BacktestEpisode, BacktestSeries } from '@app/contracts';
import { LIGHT } from '../charts/palette';
import { backtestChart } from './backtest.options';

const FROM = Date.parse('2026-05-01T10:00:00.000Z');
const span = { fromMs: FROM, toMs: FROM + 3_600_000 };
const at = (minute: number): string => new Date(FROM + minute * 60_000).toISOString();

const series: BacktestSeries = {
  agentId: 'a',
  subject: { kind: 'agent', value: 'a' },
  points: [
    { at: at(0), value: 1000, warning: 3000, critical: null },
    { at: at(1), value: null, warning: 3000, critical: null },
    { at: at(2), value: 6000, warning: 3000, critical: null },
  ],
};
const episode: BacktestEpisode = {
  agentId: 'a',
  agentName: 'A',
  subject: { kind: 'agent', value: 'a' },
  taskType: null,
  complexity: null,
  severity: 'warning',
  activeAt: at(2),
  firedAt: at(2),
  resolvedAt: null,
  actualValue: 6000,
  thresholdValue: 3000,
  unit: 'ms',
  message: '',
  count: 1,
};

interface Drawn {
  id: string;
  data: [number, number | null][];
  markArea?: { data: { xAxis: number }[][] };
}

describe('the chart of a back-test', () => {
  const rule = { type: 'threshold', statistic: 'p95Ms' } as const;
  const other = { ...episode, agentId: 'b', subject: { kind: 'agent' as const, value: 'b' } };
  const view = backtestChart(series, [episode, other], rule, span, LIGHT);
  const drawn = view.options['series'] as Drawn[];

  it('draws values and levels in one readable unit, with gaps for no data', () => {
    expect(drawn.map(({ id }) => id)).toEqual(['value', 'warning']);
    expect(drawn[0]?.data.map(([, value]) => value)).toEqual([1, null, 6]);
    expect(drawn[1]?.data.map(([, value]) => value)).toEqual([3, 3, 3]);
    expect(view.options['yAxis']).toMatchObject({ name: 's' });
  });

  it('marks the episodes of its subject only, an open one to the end of the range', () => {
    const areas = drawn[0]?.markArea?.data.map((ends) => ends.map(({ xAxis }) => xAxis));
    expect(areas).toEqual([[FROM + 120_000, span.toMs]]);
  });

  it('tells the same in words and as a table', () => {
    expect(view.description).toContain('Episodes marked: 1');
    expect(view.table.rows[1]?.[1]).toBe('no data');
  });
});
