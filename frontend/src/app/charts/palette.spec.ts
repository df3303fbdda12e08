import { describe, expect, it } from '@jest/globals';
import { DARK, LIGHT, contrast } from './palette';

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s palette', (_name, palette) => {
  it('has text that can be read (4.5:1)', () => {
    expect(contrast(palette.text, palette.surface)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.muted, palette.surface)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['accent', 'rule', 'p50', 'p95', 'p99', 'success', 'cpu', 'memory'] as const)(
    'draws %s so that it can be seen (3:1)',
    (name) => {
      expect(contrast(palette[name], palette.surface)).toBeGreaterThanOrEqual(3);
    },
  );

  it('draws every agent and level so that it can be seen (3:1)', () => {
    for (const colour of [...palette.agents, ...palette.levels])
      expect({ colour, ok: contrast(colour, palette.surface) >= 3 }).toEqual({ colour, ok: true });
  });

  it('gives no two agents of the first eight the same colour', () => {
    expect(new Set(palette.agents).size).toBe(palette.agents.length);
  });
});

it('measures contrast as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
