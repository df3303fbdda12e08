/**
 * Widths of the buckets that are stored. Nobody asks for figures by the quarter of a day: they
 * stand in for six hours each at the ends of long ranges.
 */
export const LEVELS = ['minute', 'hour', 'sixHours', 'day', 'week', 'month'] as const;
export type Level = (typeof LEVELS)[number];
