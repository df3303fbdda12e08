/** U+0000, which PostgreSQL cannot store, and lone surrogates, which are not text. */

export const UNSTORABLE =
  /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Looks through parsed JSON for what must not go further: too deep nesting, keys that reach
 * prototypes, text that PostgreSQL cannot hold, numbers that overflowed.
 * @returns what was found, as the end of a sentence, or null
 */
export function findForbiddenJson(value: unknown, depth: number): string | null {
  if (typeof value === 'string') {
    return UNSTORABLE.test(value) ? 'holds text that cannot be stored' : null;
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? null : 'holds a number that is too large';
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth === 0) return 'is nested too deeply';
  for (const [key, member] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key)) return `must not have the key ${key}`;
    const found = findForbiddenJson(key, 1) ?? findForbiddenJson(member, depth - 1);
    if (found) return found;
  }
  return null;
}
