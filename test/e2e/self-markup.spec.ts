import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const APP = join(ROOT, 'frontend/src');

const files = readdirSync(APP, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|html)$/.test(path) && !path.endsWith('.spec.ts'))
  .map((path) => ({ path, text: readFileSync(join(APP, path), 'utf8') }));

/** By which a text could become markup or script. */
const WAYS = [
  /\b(inner|outer)HTML\b/,
  /insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc/,
  /document\.write/,
  /bypassSecurityTrust/,
  /\beval\(|new Function\b/,
  /optionToContent|extraCssText|renderMode: 'html'/,
];

/** Charts write labels of axes on their canvas, where nothing is markup. */
const FORMATTERS = ['app/charts/time-axis.ts'];

describe('the dashboard’s code', () => {
  it('is looked at', () => {
    expect(files.length).toBeGreaterThan(150);
  });

  it.each(WAYS.map((way) => [String(way), way] as const))('has no %s', (_, way) => {
    expect(files.filter(({ text }) => way.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('formats by functions only where that is no markup', () => {
    const found = files.filter(({ text }) => /\bformatter\s*[:(]\s*\(?[^'"`\s{]/.test(text));
    expect(found.map(({ path }) => path).filter((path) => !FORMATTERS.includes(path))).toEqual([]);
  });
});
