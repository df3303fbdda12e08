const BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
const MAX_RETRY_AFTER_MS = 300_000;

/**
 * How long to wait after the nth failure in a row, milliseconds: "full jitter", uniform between 0
 * and a bound that doubles, so that many clients do not come back at once; never before the time
 * that the server asked for, which is believed up to 5 minutes.
 */
export function retryDelayMs(failures: number, retryAfterMs: number, random: () => number): number {
  const bound = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** Math.min(failures - 1, 16));
  return Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) + random() * bound;
}

/** The wait that a `Retry-After` header asks for (seconds or HTTP date), milliseconds; 0 without. */
export function retryAfterMs(header: string | null, nowMs: number): number {
  if (header === null) return 0;
  const delay = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(delay) ? Math.max(0, delay) : 0;
}
