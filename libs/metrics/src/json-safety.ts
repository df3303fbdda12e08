/** Whether text has no U+0000, which PostgreSQL cannot store, and no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a key reaches for a prototype. */
function isForbidden(key: string): boolean {
  return FORBIDDEN_KEYS.has(key);
}

/**
 * Whether a key has the name of something that every object has. No field is called so, but the
 * validator of bodies would find it in its own tables and let it pass.
 */
export function isInherited(key: string): boolean {
  return FORBIDDEN_KEYS.has(key) || key in Object.prototype;
}

/**
 * Looks through parsed JSON for what must not go further: too deep nesting, keys that reach
 * prototypes, text that PostgreSQL cannot hold, numbers that overflowed.
 * @param isBad which keys are forbidden
 * @returns what was found, as the end of a sentence, or null
 */
export function findForbiddenJson(
  value: unknown,
  depth: number,
  isBad = isForbidden,
): string | null {
  if (typeof value === 'string') {
    return isStorable(value) ? null : 'holds text that cannot be stored';
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? null : 'holds a number that is too large';
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth === 0) return 'is nested too deeply';
  // Parsed JSON has own keys only.
  for (const key in value) {
    if (isBad(key)) return `must not have the key ${key}`;
    if (!isStorable(key)) return 'holds text that cannot be stored';
    const found = findForbiddenJson((value as Record<string, unknown>)[key], depth - 1, isBad);
    if (found) return found;
  }
  return null;
}
