import { PATIENCE_MS } from './patience.js';

/** Asks until there is an answer. */
export async function eventually<T>(
  probe: () => T | undefined | Promise<T | undefined>,
  what = 'it',
): Promise<T> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadlineMs) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
