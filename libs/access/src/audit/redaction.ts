const SECRET_NAME =
  /pass(word|phrase)?|secret|token|credential|authorization|cookie|routingkey|^key$|apikey|privatekey/i;
/** Where services keep their secrets in the address itself. */
const ADDRESS_NAME = /url|uri|endpoint/i;
const LONGEST_TEXT = 1000;
const MOST_ENTRIES = 100;
const DEEPEST = 8;
const HIDDEN = '[hidden]';

/** A copy that may be shown to whoever may read the audit log: shortened, and without secrets. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return storable(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (depth >= DEEPEST) return '[…]';
  if (Array.isArray(value)) {
    return value.slice(0, MOST_ENTRIES).map((entry) => withoutSecrets(entry, depth + 1));
  }
  const entries = Object.entries(value).slice(0, MOST_ENTRIES);
  return Object.fromEntries(
    entries.map(([name, entry]) => [storable(name), shown(name, entry, depth)]),
  );
}

function shown(name: string, value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (SECRET_NAME.test(name)) return HIDDEN;
  if (ADDRESS_NAME.test(name) && typeof value === 'string') return hostOf(value);
  return withoutSecrets(value, depth + 1);
}

function hostOf(text: string): string {
  return URL.canParse(text) ? `${new URL(text).origin}/${HIDDEN}` : HIDDEN;
}

/** What jsonb takes: no U+0000 and no half of a surrogate pair. */
function storable(text: string): string {
  return text.slice(0, LONGEST_TEXT).toWellFormed().replaceAll('\0', '\ufffd');
}
