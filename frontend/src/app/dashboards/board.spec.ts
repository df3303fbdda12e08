import { describe, expect, it } from '@jest/globals';
import { PANEL_KINDS, PANEL_METRICS, PANEL_SPLITS } from '@app/contracts';
import { METRIC_IDS } from '../charts/metric-ids';
import { PANEL_KINDS as DRAWN_KINDS, PANEL_SPLITS as DRAWN_SPLITS } from '../panels/panel-spec';
import { drawable, parsePanelSpec } from '../panels/panel-spec';
import { FIRST_PANEL, exampleBoard, moved, resized, sameContent, toBoard, toInput } from './board';

const three = () => {
  const panels = ['a', 'b', 'c'].map((title) => ({ ...FIRST_PANEL, title }));
  return toBoard({ name: 'B', panels });
};
const titles = (panels: readonly { title: string }[]): string =>
  panels.map(({ title }) => title).join('');

describe('a board', () => {
  it('is saved as it was read', () => {
    const { name, description, panels } = three();
    const input = toInput({ name, description, panels });
    expect(input).toEqual({
      name: 'B',
      description: '',
      panels: ['a', 'b', 'c'].map((title) => ({ ...FIRST_PANEL, title })),
    });
    expect(sameContent(input, toInput(toBoard(input)))).toBe(true);
    expect(sameContent(input, { ...input, name: 'C' })).toBe(false);
  });

  it('moves a panel, at most to the ends', () => {
    const { panels } = three();
    const [a, b] = panels.map(({ key }) => key);
    expect(titles(moved(panels, a!, 1))).toBe('bac');
    expect(titles(moved(panels, a!, 99))).toBe('bca');
    expect(titles(moved(panels, b!, -1))).toBe('bac');
    expect(titles(moved(panels, -1, 0))).toBe('abc');
  });

  it('keeps panels within the grid', () => {
    const { panels } = three();
    const { key } = panels[1]!;
    expect(resized(panels, key, 99, 99)[1]).toMatchObject({ width: 12, height: 10 });
    expect(resized(panels, key, 0, -3)[1]).toMatchObject({ width: 2, height: 1 });
    expect(resized(panels, key, 5.4, 2.6)[1]).toMatchObject({ width: 5, height: 3 });
  });

  it('knows the same kinds, figures and splits as what draws and what stores it', () => {
    expect([...METRIC_IDS]).toEqual([...PANEL_METRICS]);
    expect([...DRAWN_KINDS]).toEqual([...PANEL_KINDS]);
    expect([...DRAWN_SPLITS]).toEqual([...PANEL_SPLITS]);
  });

  it('has an example in which every panel can be drawn as it is', () => {
    for (const { width: _w, height: _h, ...spec } of exampleBoard('E', '').panels) {
      expect(parsePanelSpec(spec)).toEqual(spec);
      expect(drawable(spec)).toEqual(spec);
    }
  });
});
