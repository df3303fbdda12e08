import { describe, expect, it } from '@jest/globals';
import { assignStyles } from './agent-styles';

const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `agent-${i}`);

describe(assignStyles.name, () => {
  it('does not depend on the order in which agents are listed', () => {
    const fleet = ids(12);
    expect([...assignStyles(fleet.toReversed())].sort()).toEqual([...assignStyles(fleet)].sort());
  });

  it('gives eight agents eight solid hues', () => {
    const styles = [...assignStyles(ids(8)).values()];
    expect(new Set(styles.map((style) => style.hue)).size).toBe(8);
    expect(styles.every((style) => style.dash === 'solid')).toBe(true);
  });

  it('tells 24 agents apart, then begins again', () => {
    expect(new Set(assignStyles(ids(24)).values()).size).toBe(24);
    expect(assignStyles(ids(100)).size).toBe(100);
  });
});
