import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const css = readFileSync(join(import.meta.dirname, '../../styles/tokens.css'), 'utf8');
const PAIR = /--([\w-]+):\s*light-dark\((#[\da-f]{6}), (#[\da-f]{6})\)/g;
const tokens = new Map(
  [...css.matchAll(PAIR)].map(([, name, light, dark]) => [name ?? '', { light, dark }]),
);

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const channel = (at: number): number => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.each(['light', 'dark'] as const)('the colours of the %s theme', (theme) => {
  const colour = (name: string): string => {
    const found = tokens.get(name)?.[theme];
    if (found === undefined) throw new Error(`No token ${name}`);
    return found;
  };

  it.each([
    ...['bg', 'surface', 'sunken', 'hover', 'active'].flatMap((ground) => [
      ['text', ground],
      ['muted', ground],
    ]),
    ...['good', 'bad', 'warn'].flatMap((tone) => [
      [tone, 'surface'],
      [tone, 'bg'],
      [tone, `${tone}-soft`],
    ]),
    ['accent-text', 'surface'],
    ['accent-text', 'accent-soft'],
  ] as [string, string][])('%s can be read on %s', (ink, ground) => {
    expect(contrast(colour(ink), colour(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it('white can be read on the accent', () => {
    expect(contrast('#ffffff', colour('accent-strong'))).toBeGreaterThanOrEqual(4.5);
  });

  it.each([
    ['accent', 'bg'],
    ['accent', 'surface'],
    ['control-edge', 'surface'],
    ['control-edge', 'bg'],
  ])('%s stands out from %s', (mark, ground) => {
    expect(contrast(colour(mark), colour(ground))).toBeGreaterThanOrEqual(3);
  });
});
