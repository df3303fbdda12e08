import { StreamRefusedError } from './stream-events.js';
import type { StreamSettings } from './stream-options.js';

/** What no later attempt makes better: a wrong key, too few rights, no such project. */
const FATAL: ReadonlySet<number> = new Set([401, 403, 404]);

/** @returns why the server refuses, or null where it may take the stream later */
export async function refusalOf(settings: StreamSettings): Promise<StreamRefusedError | null> {
  const { probeUrl, apiKey, timeoutMs } = settings;
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), timeoutMs);
  try {
    const headers: Record<string, string> =
      apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    const init = { method: 'GET', headers, signal: aborter.signal };
    const answer = await settings.fetch(probeUrl, init);
    if (!FATAL.has(answer.status)) return null;
    return refusalIn(answer.status, await answer.text());
  } catch {
    // Away, or not to be asked from here.
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Anything but the tracker's own words is a proxy's, and may pass. */
function refusalIn(status: number, body: string): StreamRefusedError | null {
  try {
    const { code, detail, title } = JSON.parse(body) as Record<string, unknown>;
    if (typeof code !== 'string') return null;
    const text = [detail, title].find((said) => typeof said === 'string');
    return new StreamRefusedError(code, `The server refuses the stream: ${text ?? status}`);
  } catch {
    return null;
  }
}
