import type { CompareRow } from '@app/contracts';
import type { ChartWords } from './words.en';

/** A side of an agent on the radar, 0–100; 100 is best. Null: not known. */
export interface RadarAxis {
  id: keyof ChartWords['radarAxes'];
  read: (row: CompareRow, among: readonly CompareRow[]) => number | null;
}

type Figure = (row: CompareRow) => number | null;

/** `least / own × 100`: who takes half as much scores twice as high. */
function thrift(figure: Figure): RadarAxis['read'] {
  return (row, among) => {
    const own = figure(row);
    if (own === null) return null;
    const least = Math.min(...among.map(figure).filter((value) => value !== null));
    return own === 0 ? 100 : (least / own) * 100;
  };
}

/** `own / most × 100`. */
function share(figure: Figure): RadarAxis['read'] {
  return (row, among) => {
    const own = figure(row);
    if (own === null) return null;
    const most = Math.max(...among.map(figure).filter((value) => value !== null));
    return most === 0 ? null : (own / most) * 100;
  };
}

/** The adjusted means where all have one: they alone compare like with like. */
function speed(row: CompareRow, among: readonly CompareRow[]): number | null {
  const adjusted = among.every((one) => one.adjustedMeanMs !== null);
  return thrift((one) => (adjusted ? one.adjustedMeanMs : one.duration.meanMs))(row, among);
}

/**
 * The six axes. Success rate and consistency stand as they are, in percent. The others are
 * relative to the best of the compared agents, who gets 100: speed from the mean duration (at the
 * common mix of complexities where there is one), throughput from tasks per hour, thrift from the mean CPU and memory.
 */
export const RADAR_AXES: readonly RadarAxis[] = [
  { id: 'success', read: (row) => row.successRate },
  { id: 'consistency', read: (row) => row.consistency },
  { id: 'speed', read: speed },
  { id: 'throughput', read: share((row) => row.throughputPerHour) },
  { id: 'cpu', read: thrift((row) => row.cpuPercent.mean) },
  { id: 'memory', read: thrift((row) => row.memoryMb.mean) },
];

/** The scores of an agent in the order of {@link RADAR_AXES}. */
export function radarScores(row: CompareRow, among: readonly CompareRow[]): (number | null)[] {
  return RADAR_AXES.map((axis) => axis.read(row, among));
}
