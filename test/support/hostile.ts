import * as fc from 'fast-check';

/** Texts that somebody hopes will be taken for SQL. */
export const SQL_INJECTIONS = [
  "' OR '1'='1",
  "'; DROP TABLE agents; --",
  '1; SELECT pg_sleep(5)',
  "' UNION SELECT key FROM api_keys --",
  "'||pg_sleep(5)||'",
  '$1',
  "\\'; TRUNCATE projects; --",
  '1/**/AND/**/1=1',
];

/** Texts that somebody hopes will be taken for markup or script. */
export const MARKUP = [
  '<img src=x onerror="window.__pwn=1">',
  '"><script>window.__pwn=1</script>',
  "'-(window.__pwn=1)-'",
  '<svg/onload=window.__pwn=1>',
  'javascript:window.__pwn=1',
  "{{constructor.constructor('window.__pwn=1')()}}",
  '${window.__pwn=1}',
  '</title><script>window.__pwn=1</script>',
  '<iframe srcdoc="<script>parent.__pwn=1</script>">',
  '<a href="javascript:window.__pwn=1" autofocus onfocus="window.__pwn=1">x</a>',
  '<style>@import "javascript:window.__pwn=1";</style>',
  '<math><mtext><img src=x onerror=window.__pwn=1>',
];

/** Names that every object knows. */
export const PROTOTYPE_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
];

/** Texts of which parsers and databases think differently. */
const ODD_TEXTS = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202Etxt.exe',
  '😀'.repeat(50),
  'x'.repeat(5000),
  '../../etc/passwd',
  '%00',
  '%zz',
  'NaN',
  '-1',
  '1e999',
  '9'.repeat(30),
  '2026-02-30T00:00:00Z',
  'infinity',
  'tomorrow',
  '00000000-0000-0000-0000-000000000000',
  '1~00000000-0000-4000-8000-000000000000',
  '999999999999~00000000-0000-4000-8000-000000000000',
];

export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...SQL_INJECTIONS, ...MARKUP, ...PROTOTYPE_KEYS, ...ODD_TEXTS),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

/** JSON as text, now and then not quite. */
export const anyJsonText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 2, arbitrary: anyText.map((text) => JSON.stringify({ [text]: text, agentId: text })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...PROTOTYPE_KEYS).map((key) => `{"${key}":{"polluted":true}}`),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '{', '[1,', 'nul', '[1e999]', '"\\ud800"') },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 3000 }).map((n) => '['.repeat(n) + ']'.repeat(n)),
  },
);
