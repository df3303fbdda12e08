import type { CompareRow } from '@app/contracts';
import { formatScore } from '../format/format';
import type { AgentStyle } from './agent-styles';
import type { ChartView } from './chart-view';
import { FONT } from './font';
import type { Palette } from './palette';
import { RADAR_AXES, radarScores } from './radar-axes';
import { orNoData, tooltip } from './time-axis';
import { chartWords } from './words';

/** More shapes than this cannot be told apart. */
export const MOST_ON_RADAR = 6;

/** The compared agents on six axes; each agent is one series, so that it can be hidden. */
export function radarChart(
  rows: readonly CompareRow[],
  styleOf: (agentId: string) => AgentStyle,
  palette: Palette,
): ChartView {
  const words = chartWords();
  const axisNames = RADAR_AXES.map(({ id }) => words.radarAxes[id]);
  const shown = rows.slice(0, MOST_ON_RADAR).map((row) => {
    const { hue, dash } = styleOf(row.agentId);
    const colour = palette.agents[hue] ?? palette.accent;
    return { row, dash, colour, scores: radarScores(row, rows) };
  });
  return {
    options: {
      animation: false,
      tooltip: tooltip(palette, 'item'),
      radar: {
        indicator: axisNames.map((name) => ({ name, min: 0, max: 100 })),
        radius: '64%',
        splitNumber: 4,
        axisName: { color: palette.muted, fontSize: 11.5, fontFamily: FONT },
        splitArea: { show: false },
        splitLine: { lineStyle: { color: palette.grid } },
        axisLine: { lineStyle: { color: palette.grid } },
      },
      series: shown.map(({ row, dash, colour, scores }) => ({
        type: 'radar',
        id: row.agentId,
        color: colour,
        symbol: 'circle',
        symbolSize: 4,
        lineStyle: { width: 1.75, color: colour, type: dash },
        emphasis: { disabled: true },
        tooltip: { valueFormatter: orNoData(formatScore) },
        // '-' is the library's word for "no value".
        data: [{ name: row.agentName, value: scores.map((score) => score ?? '-') }],
      })),
    },
    legend: shown.map(({ row, dash, colour }) => {
      return { id: row.agentId, label: row.agentName, colour, shape: 'line', dash };
    }),
    table: {
      columns: [words.agent, ...axisNames].map((label, at) => ({
        label,
        numeric: at > 0,
      })),
      rows: shown.map(({ row, scores }) => [row.agentName, ...scores.map((s) => formatScore(s))]),
      raw: shown.map(({ row, scores }) => [row.agentName, ...scores]),
    },
    description: words.said.radar(
      shown.length,
      shown
        .map(({ row, scores }) => {
          const said = axisNames.map((name, at) => `${name} ${formatScore(scores[at])}`);
          return `${row.agentName}: ${said.join(', ')}`;
        })
        .join('; '),
    ),
  };
}
