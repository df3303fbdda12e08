import { describe, expect, it } from '@jest/globals';
import { LIGHT } from '../charts/palette';
import { aCompareRow, aSummaryRow, aTrendPoint } from '../testing/builders';
import { panelChart, panelTable } from './panel-chart';
import { needOf } from './panel-feeds';
import { ABILITIES, PANEL_KINDS, PANEL_SPLITS, drawable, metricsFor } from './panel-spec';
import { parsePanelSpec } from './panel-spec';
import type { PanelSpec } from './panel-spec';

const aSpec = (over: Partial<PanelSpec> = {}): PanelSpec => ({
  kind: 'line',
  title: '',
  metrics: ['p95Ms'],
  by: 'none',
  agentIds: [],
  agentType: null,
  complexity: null,
  ...over,
});
const rows = [
  aSummaryRow({ agentId: 'a', agentName: 'A', total: 10, agentType: 'cognitive' }),
  aSummaryRow({ agentId: 'b', agentName: 'B', total: 30, agentType: 'cognitive' }),
  aSummaryRow({ agentId: 'c', agentName: '', total: 5, agentType: 'tool_maker' }),
];
const points = [aTrendPoint(), aTrendPoint({ bucketStart: '2026-05-01T11:00:00.000Z' })];
const data = {
  points,
  series: [{ agentId: 'a', agentName: 'A', agentType: 'x', points }],
  rows,
  compared: [aCompareRow()],
  complexity: { '1': 3, '2': 1 },
};
const look = { palette: LIGHT, styleOf: () => ({ hue: 0, dash: 'solid' as const }) };

describe(parsePanelSpec.name, () => {
  it('comes back the same through a file', () => {
    const spec = aSpec({
      kind: 'table',
      metrics: ['tasks', 'costUsd'],
      by: 'agent',
      title: 'Cost',
    });
    expect(parsePanelSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  });

  it('fills in what may be left out', () => {
    expect(parsePanelSpec({ kind: 'stat', metrics: ['tasks'] })).toEqual(
      aSpec({ kind: 'stat', metrics: ['tasks'] }),
    );
  });

  it.each([
    null,
    'line',
    {},
    { kind: 'gauge', metrics: ['tasks'] },
    { kind: 'line', metrics: [] },
    { kind: 'line', metrics: ['tasks', '__proto__'] },
    { kind: 'line', metrics: Array(7).fill('tasks') },
    { kind: 'line', metrics: ['tasks'], by: 'moon' },
    { kind: 'line', metrics: ['tasks'], title: 'x'.repeat(200) },
    { kind: 'line', metrics: ['tasks'], agentIds: ['a,b'] },
    { kind: 'line', metrics: ['tasks'], agentIds: 'a' },
    { kind: 'line', metrics: ['tasks'], complexity: 9 },
    { kind: 'line', metrics: ['tasks'], agentType: 5 },
  ])('refuses %j', (value) => {
    expect(parsePanelSpec(value)).toBeUndefined();
  });
});

describe(drawable.name, () => {
  it('leaves what can be drawn as it is, and is content with its own answer', () => {
    for (const kind of PANEL_KINDS)
      for (const by of PANEL_SPLITS) {
        const once = drawable(aSpec({ kind, by, metrics: ['costUsd', 'p95Ms'], complexity: 2 }));
        expect(drawable(once)).toEqual(once);
        expect(ABILITIES[kind].splits).toContain(once.by);
        expect(metricsFor(kind, once.by)).toEqual(expect.arrayContaining(once.metrics));
      }
  });

  it('never adds up what does not add up', () => {
    expect(drawable(aSpec({ kind: 'pie', by: 'agent', metrics: ['p95Ms'] })).metrics).toEqual([
      'tasks',
    ]);
  });
});

describe(panelChart.name, () => {
  const every = PANEL_KINDS.flatMap((kind) =>
    ABILITIES[kind].splits.map((by) => ({ kind, by, spec: drawable(aSpec({ kind, by })) })),
  ).filter(({ kind }) => kind !== 'table' && kind !== 'stat');

  it.each(every)('draws $kind by $by, with a table and a description', ({ spec }) => {
    const view = panelChart(spec, data, look);
    expect(view?.table.rows.length).toBeGreaterThan(0);
    expect(view?.description).not.toBe('');
    const { columns, rows: told, raw } = view!.table;
    for (const row of [...told, ...(raw ?? [])]) expect(row).toHaveLength(columns.length);
  });

  it.each(every)('waits for the data of $kind by $by', ({ spec }) => {
    expect(panelChart(spec, {}, look)).toBeUndefined();
    expect(['points', 'series', 'rows', 'compared', 'total']).toContain(needOf(spec));
  });

  it('adds up types from their agents', () => {
    const view = panelChart(aSpec({ kind: 'pie', by: 'type', metrics: ['tasks'] }), data, look);
    expect(view?.table.raw).toEqual([
      ['Cognitive', 40, 88.9],
      ['Tool maker', 5, 11.1],
    ]);
  });

  it('puts more than six slices together', () => {
    const many = Array.from({ length: 9 }, (_, at) =>
      aSummaryRow({ agentId: `a${at}`, agentName: `A${at}`, total: 100 - at }),
    );
    const spec = aSpec({ kind: 'pie', by: 'agent', metrics: ['tasks'] });
    const view = panelChart(spec, { rows: many }, look);
    expect(view?.legend).toHaveLength(7);
    expect(view?.table.raw?.at(-1)?.slice(0, 2)).toEqual(['3 others', 94 + 93 + 92]);
  });
});

describe(panelTable.name, () => {
  it('has a row per agent with its figures and how many tasks stand behind them', () => {
    const spec = aSpec({ kind: 'table', by: 'agent', metrics: ['successRate', 'p95Ms'] });
    const { columns, raw } = panelTable(spec, rows);
    expect(columns.map(({ label }) => label)).toEqual([
      'Agent',
      'Success rate',
      'p95 duration',
      'n',
    ]);
    expect(raw?.at(-1)).toEqual(['c', 95, 4000, 5]);
  });
});
