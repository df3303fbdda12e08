import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const SOURCES = join(import.meta.dirname, '../..');
/** Where tokens and faces are made, and what is a document of its own. */
const OTHERS = /styles\/(tokens|font)\.css$|report-document\.ts$|\.spec\.ts$/;
const DECLARATION = /(?<![\w-])([a-z-]+):\s*([^;{}]+);/g;
const PIXELS = /(?<![\w.-])-?([\d.]+)px/g;
const COLOUR = /#[\da-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\(|\b(?:white|black)\b/i;

/** Phones zoom into fields whose text is smaller than this. */
const PHONE_FIELD = 'max(16px,';

/** What is written out where a token belongs; '' where nothing is. */
function faultOf(property: string, value: string): string {
  const sizes = [...value.matchAll(PIXELS)].map(([, size]) => Number(size));
  const within = (least: number, most: number): boolean =>
    sizes.some((size) => size >= least && size <= most);
  if (/^font(-size)?$/.test(property) && sizes.length > 0 && !value.includes(PHONE_FIELD)) {
    return 'a size of text';
  }
  // Hairlines and what is as large as the layout are no steps between things.
  if (/^(padding|margin|gap|row-gap|column-gap)/.test(property) && within(4, 32)) return 'a space';
  if (property.endsWith('radius') && within(4, 16)) return 'a radius';
  // A token may be darkened.
  const colours = value.replace(/(color-mix\(in srgb, var\(--[\w-]+\) \d+%, )black\)/, '$1)');
  if (!property.startsWith('--') && COLOUR.test(colours)) return 'a colour';
  return '';
}

function faultsIn(css: string): string[] {
  const bare = css.replace(/\/\*[\s\S]*?\*\//g, '').replace(/url\([^)]*\)/g, '');
  return [...bare.matchAll(DECLARATION)].flatMap(([, property = '', value = '']) => {
    const fault = faultOf(property, value);
    return fault === '' ? [] : [`${fault}: ${property}: ${value}`];
  });
}

function stylesOf(path: string): string {
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.css')) return text;
  return [...text.matchAll(/styles: [`']([^`]*?)[`'],\n/g)].map(([, css]) => css).join('\n');
}

describe('styles of pages and of what they are made of', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(css|ts)$/.test(name) && !OTHERS.test(name))
    .map((name) => join(SOURCES, name));

  it('take sizes of text, spaces, radii and colours from the tokens', () => {
    const faults = files.flatMap((path) =>
      faultsIn(stylesOf(path)).map((fault) => `${relative(SOURCES, path)}: ${fault}`),
    );
    expect(faults).toEqual([]);
    expect(files.filter((path) => stylesOf(path) !== '').length).toBeGreaterThan(60);
  });

  it.each([
    'font-size: 12px;',
    'font: 600 13px/1.4 Inter;',
    'padding: 2px 8px;',
    'margin: 0 -12px;',
    'gap: 10px;',
    'border-top-left-radius: 6px;',
    'color: #fff;',
    'border: 1px solid rgb(0 0 0 / 20%);',
    'background: white;',
  ])('would be caught: %s', (css) => {
    expect(faultsIn(`.one { ${css} }`)).toHaveLength(1);
  });

  it.each([
    'padding: 2px var(--space-2);',
    'border-radius: 999px;',
    'font-size: max(16px, var(--text-m));',
    'width: 12px;',
    'color: var(--muted);',
    'border: 1px solid transparent;',
    'padding: 0 0 84px;',
  ])('may be: %s', (css) => {
    expect(faultsIn(`.one { ${css} }`)).toEqual([]);
  });
});
