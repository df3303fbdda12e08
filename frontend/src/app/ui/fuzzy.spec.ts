import { describe, expect, it } from '@jest/globals';
import { fit, ranked } from './fuzzy';

const entries = ['Compare agents', 'Alerts', 'Planner 1', 'planner-backup', 'Last 24 hours'].map(
  (label) => ({ id: label, label }),
);
const found = (typed: string, recent: string[] = []): string[] =>
  ranked(entries, typed, recent, 10).map(({ label }) => label);

describe('the fit of typed letters', () => {
  it('needs every letter in order', () => {
    expect(fit('pln', 'Planner')).toBeDefined();
    expect(fit('npl', 'Planner')).toBeUndefined();
  });

  it('prefers the start of a word to its middle, and runs to scattered letters', () => {
    expect(fit('al', 'Alerts')).toBeGreaterThan(fit('al', 'Several')!);
    expect(fit('comp', 'Compare')).toBeGreaterThan(fit('comp', 'cost of mapping')!);
  });

  it('puts the best first and leaves out the rest', () => {
    expect(found('plan')).toEqual(['Planner 1', 'planner-backup']);
    expect(found('xyz')).toEqual([]);
  });

  it('leads with what was chosen lately where nothing is typed', () => {
    expect(found('', ['Alerts', 'Planner 1']).slice(0, 2)).toEqual(['Alerts', 'Planner 1']);
  });

  it('is quick with thousands', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => ({ id: `${n}`, label: `agent-${n}` }));
    const before = performance.now();
    const best = ranked(many, 'agent-9999', [], 10);
    expect(best[0]?.label).toBe('agent-9999');
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
