import type { Answer, ExecutionRecord, IngestResult, Problem } from '@app/contracts';
import type { DeliveryResult } from './delivery-result.js';
import { isErrorLike } from './error-like.js';
import type { FetchAnswer, Settings } from './options.js';
import { retryAfterMs } from './retry.js';
import { byteLength } from './runtime.js';
import type { TrackerStats } from './stats.js';

/**
 * "Again later", like every server error: 408 and 429 by their meaning, 401 and 403 because a key
 * can be put right, and what was measured meanwhile is not to be lost.
 */
const AGAIN_LATER = new Set([401, 403, 408, 429]);

/** One POST per batch. */
export class HttpTransport {
  private aborter = new AbortController();
  private compresses = typeof CompressionStream === 'function';

  constructor(
    private readonly settings: Settings,
    private readonly stats: TrackerStats,
  ) {}

  /** Never throws. */
  async send(records: readonly ExecutionRecord[]): Promise<DeliveryResult> {
    const body = JSON.stringify(records);
    const gzip = this.compresses && byteLength(body) > this.settings.compressAboveBytes;
    try {
      const answer = await this.post(gzip ? await gzipped(body) : body);
      if (answer.status !== 415 || !gzip) return await this.read(answer, records.length);
      // Something on the way does not take gzip: it will not be tried again.
      this.compresses = false;
      return { kind: 'again' };
    } catch (error) {
      return { kind: 'retry', cause: causeOf(error), retryAfterMs: 0, reached: false };
    }
  }

  abort(): void {
    this.aborter.abort(new Error('closed'));
    this.aborter = new AbortController();
  }

  private post(body: string | Uint8Array<ArrayBuffer>): Promise<FetchAnswer> {
    const { endpoint, apiKey, headers, timeoutMs, fetch } = this.settings;
    this.stats.requests += 1;
    this.stats.sentBytes += typeof body === 'string' ? byteLength(body) : body.byteLength;
    return fetch(endpoint, {
      method: 'POST',
      headers: {
        ...headers,
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        'content-type': 'application/json',
        ...(typeof body === 'string' ? {} : { 'content-encoding': 'gzip' }),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.aborter.signal]),
    });
  }

  private async read(answer: FetchAnswer, count: number): Promise<DeliveryResult> {
    const { status } = answer;
    // Read to the end in any case: the connection can be used again only then.
    const text = await answer.text();
    if (answer.ok) return { kind: 'stored', result: resultOf(text, count) };
    if (status === 413) return { kind: 'too-large' };
    // Another 4xx would fail again for ever.
    if (status >= 400 && status < 500 && !AGAIN_LATER.has(status)) {
      return { kind: 'refused', status, problem: problemOf(text, status) };
    }
    const header = answer.headers.get('retry-after');
    return {
      kind: 'retry',
      cause: `HTTP ${status}`,
      retryAfterMs: retryAfterMs(header, this.settings.clock.now()),
      reached: true,
    };
  }
}

async function gzipped(body: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([body]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A 2xx means stored, even where the body cannot be understood (a proxy may have changed it). */
function resultOf(text: string, count: number): IngestResult {
  const { data } = parsed<Answer<Partial<IngestResult>>>(text);
  const rejected = data?.rejected ?? [];
  const duplicates = data?.duplicates ?? 0;
  const accepted = data?.accepted ?? count - duplicates - rejected.length;
  return { accepted, duplicates, rejected };
}

function problemOf(
  text: string,
  status: number,
): Extract<DeliveryResult, { kind: 'refused' }>['problem'] {
  const { errors, detail, title } = parsed<Problem>(text);
  const first = errors?.[0];
  return {
    code: 'invalid-record',
    ...(first?.path !== undefined && { path: first.path }),
    detail: first?.detail ?? detail ?? title ?? `HTTP ${status}`,
  };
}

function parsed<T extends object>(text: string): Partial<T> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function causeOf(error: unknown): string {
  if (!isErrorLike(error)) return String(error);
  if (!isErrorLike(error.cause)) return error.message;
  return typeof error.cause.code === 'string' ? error.cause.code : error.cause.message;
}
