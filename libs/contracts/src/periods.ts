/** Widths of a rollup bucket. Weeks begin on Monday; all buckets are half-open and in UTC. */
export const PERIODS = ['minute', 'hour', 'day', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];

/** Trailing windows that the summary offers. */
export const WINDOWS = ['15m', '1h', '6h', '24h', '7d', '30d'] as const;
export type WindowName = (typeof WINDOWS)[number];

export const WINDOW_MS: Readonly<Record<WindowName, number>> = {
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '6h': 6 * 3_600_000,
  '24h': 24 * 3_600_000,
  '7d': 7 * 24 * 3_600_000,
  '30d': 30 * 24 * 3_600_000,
};
