import type { Query } from './copy-out.js';

/** Periods of which old rollups are dropped. */
export const EXPIRING = ['minute', 'hour', 'day'] as const;
export type ExpiringPeriod = (typeof EXPIRING)[number];

/**
 * From when on rollups of a period are complete, epoch ms; and `window`: up to when windows reach.
 * Kept in the database, so that a snapshot tells what it holds.
 */
export type Horizons = Record<ExpiringPeriod | 'window', number>;

/** Nothing was ever dropped. */
export function noHorizons(): Horizons {
  return { minute: -Infinity, hour: -Infinity, day: -Infinity, window: -Infinity };
}

export async function readHorizons(query: Query): Promise<Horizons> {
  const rows = await query<{ period: ExpiringPeriod | 'window'; at: Date }>(
    'SELECT period, at FROM rollup_horizons',
  );
  const horizons = noHorizons();
  for (const { period, at } of rows) horizons[period] = at.getTime();
  return horizons;
}

/** Never moves back. */
export async function raiseHorizon(
  query: Query,
  period: ExpiringPeriod | 'window',
  atMs: number,
): Promise<void> {
  await query(
    `INSERT INTO rollup_horizons (period, at) VALUES ($1, $2)
     ON CONFLICT (period) DO UPDATE SET at = EXCLUDED.at WHERE rollup_horizons.at < EXCLUDED.at`,
    [period, new Date(atMs)],
  );
}
