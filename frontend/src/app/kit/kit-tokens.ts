import { contrast } from '../charts/palette';

export type Scheme = 'light' | 'dark';
export const SCHEMES: readonly Scheme[] = ['light', 'dark'];

/** Every custom property of the page, read from its style sheets, so that none is forgotten. */
export function allTokens(document: Document): string[] {
  const names = new Set<string>();
  for (const rule of [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])) {
    if (!(rule instanceof CSSStyleRule) || rule.selectorText !== ':root') continue;
    for (const name of rule.style) if (name.startsWith('--')) names.add(name.slice(2));
  }
  return [...names].sort();
}

/** What a token's colour is in a scheme, as `#rrggbb`; undefined: it is no opaque colour. */
export function colourOf(document: Document, token: string, scheme: Scheme): string | undefined {
  const probe = document.createElement('span');
  probe.style.cssText = `color-scheme: ${scheme}; background-color: var(--${token})`;
  document.body.append(probe);
  const { backgroundColor } = getComputedStyle(probe);
  probe.remove();
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(backgroundColor);
  if (parts === null) return undefined;
  const channels = parts.slice(1).map((part) => Number(part).toString(16).padStart(2, '0'));
  return `#${channels.join('')}`;
}

export interface Pair {
  ink: string;
  ground: string;
  /** Contrast that is needed: 4.5 for text, 3 for what only marks (WCAG 2.2, 1.4.3 and 1.4.11). */
  least: 4.5 | 3;
}

const text = (ink: string, ...grounds: string[]): Pair[] =>
  grounds.map((ground) => ({ ink, ground, least: 4.5 }));
const mark = (ink: string, ...grounds: string[]): Pair[] =>
  grounds.map((ground) => ({ ink, ground, least: 3 }));

/** What stands on what. */
export const PAIRS: readonly Pair[] = [
  ...text('text', 'bg', 'surface', 'sunken', 'hover', 'active'),
  ...text('muted', 'bg', 'surface', 'sunken', 'hover', 'active'),
  ...text('accent-text', 'bg', 'surface', 'hover', 'accent-soft'),
  ...text('good', 'bg', 'surface', 'good-soft'),
  ...text('bad', 'bg', 'surface', 'bad-soft'),
  ...text('warn', 'bg', 'surface', 'warn-soft'),
  ...text('on-accent', 'accent-strong'),
  ...text('bg', 'text'),
  ...mark('accent', 'bg', 'surface', 'sunken'),
  ...mark('control-edge', 'bg', 'surface'),
  ...mark('bad', 'surface'),
];

/** Contrast of a pair in a scheme. @throws Error where a token is no opaque colour */
export function contrastOf(document: Document, { ink, ground }: Pair, scheme: Scheme): number {
  const [over, under] = [ink, ground].map((token) => colourOf(document, token, scheme));
  if (over === undefined || under === undefined) throw new Error(`No colour: ${ink}, ${ground}`);
  return contrast(over, under);
}
