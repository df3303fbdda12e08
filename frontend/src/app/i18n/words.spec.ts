import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');

/** Where German says what English says. */
const SAME = new Set([
  // Names of products and standards.
  'Agent Performance',
  'Alertmanager',
  'PagerDuty',
  'PostgreSQL',
  'Slack',
  'Socket.IO',
  'STARTTLS',
  'TLS',
  'UTC',
  'WebSocket',
  'Webhook',
  // Units and what engineers call the same.
  '30 min',
  '⟨0⟩ / min',
  'CPU',
  'Dashboards',
  'Heap',
  'Live',
  'Pool',
  'Port',
  'Trace ⟨0⟩',
  'URL',
  // German words that happen to be spelled so.
  'Administrator',
  'Agent',
  'Agent ⟨0⟩',
  'Band',
  'Export',
  'Name',
  'Rate',
  'Status',
  'Version',
]);

// The page of components is part of development builds only.
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /^(?!kit[/\\]).*words\.(?:en|de)\.ts$/.test(name),
);
const english = files.filter((name) => name.endsWith('.en.ts'));
const translated = (name: string): string => name.replace(/\.en\.ts$/, '.de.ts');

type Said = string | ((...args: string[]) => string);

/** Every text of a word list by its place. */
function texts(words: object, place = ''): [string, Said][] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]): [string, Said][] => {
    const at = place === '' ? key : `${place}.${key}`;
    if (typeof value === 'string' || typeof value === 'function') return [[at, value as Said]];
    return typeof value === 'object' && value !== null ? texts(value, at) : [];
  });
}

/** What is said when every gap is filled with its number. */
function spoken(text: Said): string {
  if (typeof text === 'string') return text;
  return text(...Array.from({ length: text.length }, (_, at) => `⟨${at}⟩`));
}

async function listed(name: string): Promise<Map<string, Said>> {
  const lists = Object.values((await import(join(ROOT, name))) as Record<string, object>);
  expect(lists).toHaveLength(1);
  return new Map(texts(lists[0]!));
}

describe('word lists', () => {
  it('are there for every language', () => {
    const german = files.filter((name) => name.endsWith('.de.ts'));
    expect(german.toSorted()).toEqual(english.map(translated).toSorted());
    expect(english.length).toBeGreaterThan(15);
  });

  it.each(english)('of %s are translated, gaps and all', async (name) => {
    const [en, de] = [await listed(name), await listed(translated(name))];
    expect([...de.keys()]).toEqual([...en.keys()]);
    const untranslated: string[] = [];
    const gaps: string[] = [];
    for (const [place, text] of en) {
      const [ours, theirs] = [spoken(text), spoken(de.get(place)!)];
      const bare = ours.replaceAll(/⟨\d⟩/g, '');
      if (ours === theirs && /\p{L}{2}/u.test(bare) && !SAME.has(ours))
        untranslated.push(`${place}: ${ours}`);
      const used = (said: string) => [...new Set(said.match(/⟨\d⟩/g))].toSorted().join(' ');
      if (used(ours) !== used(theirs) || theirs.trim() === '') gaps.push(`${place}: ${theirs}`);
    }
    expect({ untranslated, gaps }).toEqual({ untranslated: [], gaps: [] });
  });
});
