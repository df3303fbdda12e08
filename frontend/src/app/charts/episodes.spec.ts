import { describe, expect, it } from '@jest/globals';
import type { Episode } from './chart-view';
import { episodeSeries, troubles } from './episodes';
import { LIGHT } from './palette';

const shown = { fromMs: 0, toMs: 100 };
const episode = (id: string, fromMs: number, toMs: number | null, severity = 'warning'): Episode =>
  ({ id, label: id, severity, fromMs, toMs }) as Episode;

describe(troubles.name, () => {
  it('puts what overlaps together, under the name of the worst', () => {
    const found = troubles(
      [episode('a', 10, 30), episode('b', 20, 40, 'critical'), episode('c', 60, null)],
      shown,
    );
    expect(found.map(({ fromMs, toMs, worst }) => [fromMs, toMs, worst.id])).toEqual([
      [10, 40, 'b'],
      [60, 100, 'c'],
    ]);
  });

  it('does not colour a chart from end to end', () => {
    expect(troubles([episode('a', -50, null)], shown)).toEqual([]);
  });

  it('keeps to what is shown', () => {
    expect(troubles([episode('a', -50, 20), episode('b', 300, 400)], shown)).toHaveLength(1);
  });
});

describe(episodeSeries.name, () => {
  it('has a mark for each alert, named by it', () => {
    const { markArea } = episodeSeries(
      [episode('a', -50, null), episode('b', 10, 20)],
      shown,
      LIGHT,
    );
    expect(markArea.data.map(([from]) => from && 'name' in from && from.name)).toEqual([
      'b',
      'a',
      'b',
    ]);
  });
});
