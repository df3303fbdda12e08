/** Growth by least squares, per hour of the samples' minutes. */
export function slopePerHour<T extends { minute: number }>(
  samples: readonly T[],
  of: (sample: T) => number,
): number {
  const n = samples.length;
  const meanX = samples.reduce((sum, { minute }) => sum + minute, 0) / n;
  const meanY = samples.reduce((sum, sample) => sum + of(sample), 0) / n;
  const over = samples.reduce((sum, one) => sum + (one.minute - meanX) * (of(one) - meanY), 0);
  const under = samples.reduce((sum, one) => sum + (one.minute - meanX) ** 2, 0);
  return under === 0 ? 0 : (60 * over) / under;
}

export const secondHalf = <T>(all: readonly T[]): T[] => all.slice(Math.floor(all.length / 2));
