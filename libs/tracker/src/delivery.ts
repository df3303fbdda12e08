import type { Answer, ExecutionRecord, IngestResult } from '@app/contracts';
import { isErrorLike } from './error-like.js';
import type { Settings } from './options.js';

/** What became of one request. */
export type DeliveryResult =
  | { kind: 'stored'; result: IngestResult }
  | { kind: 'too-large' }
  | { kind: 'refused'; status: number }
  | { kind: 'retry'; cause: string; retryAfterMs: number };

const BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
const MAX_RETRY_AFTER_MS = 300_000;

/** Sends one batch once. Never throws. */
export async function deliver(
  settings: Settings,
  body: string,
  count: number,
): Promise<DeliveryResult> {
  try {
    const response = await settings.fetch(settings.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(settings.timeoutMs),
    });
    return await read(response, count, settings.clock.now());
  } catch (error) {
    return { kind: 'retry', cause: causeOf(error), retryAfterMs: 0 };
  }
}

export function bodyOf(records: readonly ExecutionRecord[]): string {
  return JSON.stringify(records);
}

/**
 * How long to wait after the nth failure in a row, milliseconds: "full jitter", uniform between 0
 * and a bound that doubles, so that many clients do not come back at once; never before the time
 * that the server asked for.
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

async function read(response: Response, count: number, nowMs: number): Promise<DeliveryResult> {
  const { status } = response;
  if (response.ok) return { kind: 'stored', result: resultOf(await response.text(), count) };
  await response.body?.cancel();
  if (status === 413) return { kind: 'too-large' };
  // 408 and 429 say "again later", like every server error; other 4xx would fail again for ever.
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    return { kind: 'refused', status };
  }
  return {
    kind: 'retry',
    cause: `HTTP ${status}`,
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), nowMs),
  };
}

/** A 2xx means stored, even where the body cannot be understood (a proxy may have changed it). */
function resultOf(text: string, count: number): IngestResult {
  try {
    const { data } = JSON.parse(text) as Partial<Answer<Partial<IngestResult>>>;
    const rejected = data?.rejected ?? [];
    const duplicates = data?.duplicates ?? 0;
    const accepted = data?.accepted ?? count - duplicates - rejected.length;
    return { accepted, duplicates, rejected };
  } catch {
    return { accepted: count, duplicates: 0, rejected: [] };
  }
}

function causeOf(error: unknown): string {
  if (!isErrorLike(error)) return String(error);
  if (!isErrorLike(error.cause)) return error.message;
  return typeof error.cause.code === 'string' ? error.cause.code : error.cause.message;
}
