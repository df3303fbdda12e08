import { describe, expect, it } from '@jest/globals';
import type { CompareRow, TrendPoint } from '@app/contracts';
import { NO_STATISTICS, aCompareRow, aTrendPoint } from '../testing/builders';
import { complexityChart } from './complexity.options';
import { executionTimeChart } from './execution-time.options';
import { LIGHT } from './palette';
import { radarScores } from './radar-axes';
import { MOST_ON_RADAR, radarChart } from './radar.options';
import { resourcesChart } from './resources.options';
import { sparklinePath, thinned } from './sparkline-path';
import { rateFloor } from './percent-axis';
import { niceCeiling, successRateChart } from './success-rate.options';
import { withoutSeries } from './chart-view';
import { labelsWithin, withLabels } from './time-axis';

interface Series {
  id: string;
  type: string;
  connectNulls?: boolean;
  data: { value: [number, number | null]; symbol: string }[];
}
const seriesOf = (view: { options: { [name: string]: unknown } }): Series[] =>
  view.options['series'] as Series[];

const hours = (...values: (Partial<TrendPoint> | null)[]): TrendPoint[] =>
  values.map((value, at) =>
    aTrendPoint({
      bucketStart: new Date(Date.UTC(2026, 4, 1, at)).toISOString(),
      ...(value ?? NO_STATISTICS),
    }),
  );

describe(executionTimeChart.name, () => {
  const points = hours({}, null, {}, {});

  it('leaves a gap where nothing ran', () => {
    const p95 = seriesOf(executionTimeChart(points, LIGHT))[1];
    expect(p95?.connectNulls).toBe(false);
    expect(p95?.data.map((point) => point.value[1])).toEqual([4, null, 4, 4]);
  });

  it('marks a point that has no neighbours', () => {
    const p50 = seriesOf(executionTimeChart(points, LIGHT))[0];
    expect(p50?.data.map((point) => point.symbol)).toEqual(['circle', 'none', 'none', 'none']);
  });

  it('names the axis by its unit and draws in that unit', () => {
    expect(executionTimeChart(points, LIGHT).options['yAxis']).toMatchObject([
      { name: 's', min: 0 },
    ]);
    const quick = { meanMs: 1, minMs: 1, maxMs: 2, p50Ms: 1, p95Ms: 2, p99Ms: 2 };
    const inMs = executionTimeChart(hours({ duration: quick }), LIGHT);
    expect(inMs.options['yAxis']).toMatchObject([{ name: 'ms' }]);
  });

  it('draws the expected duration as a line of its own, which can be hidden', () => {
    const view = executionTimeChart(points, LIGHT, {
      expected: { ms: 5000, label: 'benchmark 5 s' },
    });
    expect(seriesOf(view).at(-1)).toMatchObject({ markLine: { data: [{ yAxis: 5 }] } });
    expect(view.legend.at(-1)).toMatchObject({ label: 'benchmark 5 s', dash: 'dashed' });
    const hidden = withoutSeries(view.options, new Set(['expected']));
    expect(seriesOf({ options: hidden }).map((one) => one.id)).toEqual(['p50', 'p95', 'p99']);
  });

  it('has a table twin that says what is missing', () => {
    const { table } = executionTimeChart(points, LIGHT);
    expect(table.rows).toHaveLength(4);
    expect(table.rows[1]?.slice(1)).toEqual(['no data', 'no data', 'no data', '0']);
  });

  it('describes itself in words', () => {
    const { description } = executionTimeChart(points, LIGHT);
    expect(description).toContain('p95 from 4');
    expect(executionTimeChart(hours(null), LIGHT).description).toContain('p95 no data');
  });
});

describe(withLabels.name, () => {
  const { options, buckets } = successRateChart(hours(...Array<null>(24).fill(null)), LIGHT);

  it('leaves a wide chart as it is', () => {
    expect(withLabels(options, buckets, labelsWithin(900))).toBe(options);
  });

  it.each([100, 180, 240, 320])(
    'keeps even steps on %d pixels, and no more than fit',
    (widthPx) => {
      const most = labelsWithin(widthPx);
      const { xAxis } = withLabels(options, buckets, most) as {
        xAxis: { axisLabel: { customValues: number[]; formatter: (atMs: number) => string } };
      };
      const { customValues, formatter } = xAxis.axisLabel;
      const steps = customValues.slice(1).map((atMs, before) => atMs - (customValues[before] ?? 0));
      expect(new Set(steps).size).toBe(1);
      expect(customValues.length).toBeLessThanOrEqual(most + 1);
      expect(customValues.map(formatter)).not.toContain('');
    },
  );
});

describe('tooltips', () => {
  it('are text, and format values only', () => {
    const views = [
      executionTimeChart(hours({}), LIGHT),
      successRateChart(hours({}), LIGHT),
      resourcesChart(hours({}), LIGHT),
      complexityChart({ '1': 1 }, LIGHT),
      radarChart([aCompareRow()], () => ({ hue: 0, dash: 'solid' }), LIGHT),
    ];
    for (const { options } of views) {
      expect(options['tooltip']).toMatchObject({ renderMode: 'richText' });
      expect(options['tooltip']).not.toHaveProperty('formatter');
    }
  });
});

describe(successRateChart.name, () => {
  it('draws zero as zero and no data as a gap', () => {
    const points = hours({ successRate: 0 }, null);
    const line = seriesOf(successRateChart(points, LIGHT)).find((one) => one.id === 'success');
    expect(line?.data.map((point) => point.value[1])).toEqual([0, null]);
  });

  it('begins its axis below the lowest rate', () => {
    expect(rateFloor([96, 99])).toBe(80);
    expect(rateFloor([71])).toBe(60);
    expect(rateFloor([2])).toBe(0);
    expect(rateFloor([])).toBe(80);
  });

  it.each([0, 15, 33, 52, 75, 99])('counts to 100 in even steps from below %d %%', (lowest) => {
    const { options } = successRateChart(hours({ successRate: lowest }), LIGHT);
    const [{ min, max, interval }] = options['yAxis'] as [Record<string, number>];
    expect(((max ?? NaN) - (min ?? NaN)) % (interval ?? NaN)).toBe(0);
  });

  it('ends the axis of tasks at a round number', () => {
    expect([0, 3, 11, 90, 450].map(niceCeiling)).toEqual([4, 4, 20, 100, 500]);
  });
});

describe(resourcesChart.name, () => {
  it('shows memory in GiB once it is large', () => {
    const large = hours({ memoryMb: { mean: 2048, max: 4096 } });
    const axes = resourcesChart(large, LIGHT).options['yAxis'] as { name: string }[];
    expect(axes.map((axis) => axis.name)).toEqual(['%', 'GiB']);
    expect(seriesOf(resourcesChart(large, LIGHT))[1]?.data[0]?.value[1]).toBe(2);
  });
});

describe(complexityChart.name, () => {
  it('gives shares of the whole, and all five levels in the legend', () => {
    const view = complexityChart({ '1': 75, '3': 25 }, LIGHT);
    expect(view.legend.map((item) => item.value?.replace('\u202f', ' '))).toEqual([
      '75 %',
      '0 %',
      '25 %',
      '0 %',
      '0 %',
    ]);
    expect(view.centre).toEqual({ value: '100', label: 'tasks' });
  });

  it('does not divide by nothing', () => {
    expect(complexityChart({}, LIGHT).legend[0]?.value).toBe('–');
  });
});

describe(radarChart.name, () => {
  const fast = aCompareRow({ agentId: 'fast', adjustedMeanMs: 500, throughputPerHour: 10 });
  const slow = aCompareRow({ agentId: 'slow', adjustedMeanMs: 1000, throughputPerHour: 40 });

  it('scores against the best of those compared', () => {
    expect(radarScores(fast, [fast, slow]).slice(2, 4)).toEqual([100, 25]);
    expect(radarScores(slow, [fast, slow]).slice(2, 4)).toEqual([50, 100]);
  });

  it('does not set an adjusted mean against a plain one', () => {
    const plain = aCompareRow({
      adjustedMeanMs: null,
      duration: { ...fast.duration, meanMs: fast.duration.meanMs },
    });
    expect(radarScores(fast, [fast, plain])[2]).toBe(100);
    expect(radarScores(plain, [fast, plain])[2]).toBe(100);
  });

  it('keeps what is not known unknown', () => {
    const mute = aCompareRow({ cpuPercent: { mean: null, max: null }, consistency: null });
    expect(radarScores(mute, [mute, fast])).toEqual([95, null, expect.any(Number), 100, null, 100]);
    const view = radarChart([mute], () => ({ hue: 0, dash: 'solid' }), LIGHT);
    expect(view.table.rows[0]?.[2]).toBe('–');
  });

  it('stays within 0–100', () => {
    const rows: CompareRow[] = [fast, slow, aCompareRow({ throughputPerHour: 0 })];
    for (const row of rows)
      for (const score of radarScores(row, rows))
        expect(score !== null && score >= 0 && score <= 100).toBe(true);
  });

  it('draws no more shapes than can be told apart', () => {
    const many = Array.from({ length: 9 }, (_, i) => aCompareRow({ agentId: `a${i}` }));
    const view = radarChart(many, () => ({ hue: 0, dash: 'solid' }), LIGHT);
    expect(seriesOf(view)).toHaveLength(MOST_ON_RADAR);
  });
});

describe(thinned.name, () => {
  it('takes the means of neighbours and keeps gaps', () => {
    expect(thinned([1, 3, null, null, 5, null], 3)).toEqual([2, null, 5]);
    expect(thinned([1, null], 3)).toEqual([1, null]);
  });
});

describe(sparklinePath.name, () => {
  it('breaks at gaps', () => {
    expect(sparklinePath([1, 2, null, 3], 30, 12).match(/M/g)).toHaveLength(2);
  });

  it('draws a lone value and a level line', () => {
    expect(sparklinePath([null, 5, null], 30, 12)).toBe('M15.0 6.0h2');
    expect(sparklinePath([5, 5], 30, 12)).toBe('M0.0 6.0L30.0 6.0');
    expect(sparklinePath([null], 30, 12)).toBe('');
  });
});
