import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { ChartLegend, isolated, toggled } from './chart-legend';

const ids = ['a', 'b', 'c'];

describe('choosing series', () => {
  it('shows one alone, and all again', () => {
    const alone = isolated(ids, new Set(), 'b');
    expect([...alone]).toEqual(['a', 'c']);
    expect([...isolated(ids, alone, 'c')]).toEqual(['a', 'b']);
    expect([...isolated(ids, alone, 'b')]).toEqual([]);
  });

  it('hides and shows one, and never hides all', () => {
    const one = toggled(ids, new Set(), 'a');
    expect([...one]).toEqual(['a']);
    expect([...toggled(ids, one, 'a')]).toEqual([]);
    expect([...toggled(ids, new Set(['a', 'b']), 'c')]).toEqual([]);
  });
});

describe(ChartLegend.name, () => {
  it('hides by the space bar, isolates by a click, toggles by one with Ctrl', async () => {
    const fixture = TestBed.createComponent(ChartLegend);
    fixture.componentRef.setInput(
      'items',
      ids.map((id) => ({ id, label: id, colour: '#000000', shape: 'line', dash: 'solid' })),
    );
    await fixture.whenStable();
    const buttons = [...(fixture.nativeElement as HTMLElement).querySelectorAll('button')];
    const hidden = (): string[] => [...fixture.componentInstance.hidden()];
    const space = new KeyboardEvent('keydown', { key: ' ', code: 'Space', cancelable: true });
    buttons[0]?.dispatchEvent(space);
    expect([hidden(), space.defaultPrevented]).toEqual([['a'], true]);
    buttons[1]?.dispatchEvent(new MouseEvent('click', { ctrlKey: true }));
    expect(hidden()).toEqual(['a', 'b']);
    buttons[1]?.click();
    expect(hidden()).toEqual(['a', 'c']);
  });
});
