import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Appearance } from '../theme/appearance';
import { CHORD_MS, Shortcuts } from './shortcuts';

describe(Shortcuts.name, () => {
  const done: string[] = [];
  let keys: Shortcuts;
  beforeEach(() => {
    done.length = 0;
    localStorage.clear();
    document.body.innerHTML =
      '<input /><button>b</button><p tabindex="0">p</p><ul popover><li>m</li></ul>';
    // The dialog that has the keys for itself cannot be asked for here.
    const ask = document.querySelector.bind(document);
    jest
      .spyOn(document, 'querySelector')
      .mockImplementation((what: string) => (what === 'dialog:modal' ? null : ask(what)));
    keys = TestBed.inject(Shortcuts);
    keys.bind('g a', () => done.push('alerts'));
    keys.bind('a', () => done.push('a'));
    keys.bind('space', () => done.push('space'));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    document.body.innerHTML = '';
  });

  const press = (key: string, at = 'p', more: KeyboardEventInit = {}): void => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
    document.querySelector(at)?.dispatchEvent(event);
  };

  it('tells a chord from its second key alone', () => {
    press('g');
    press('a');
    expect(done).toEqual(['alerts']);
    press('a');
    expect(done).toEqual(['alerts', 'a']);
  });

  it('forgets the first key of a chord after a while', () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(1000);
    press('g');
    now.mockReturnValue(1000 + CHORD_MS + 1);
    press('a');
    expect(done).toEqual(['a']);
  });

  it('leaves alone what is typed, what a menu gets, what presses a button, and what has a modifier', () => {
    press('a', 'input');
    press('a', 'li');
    press(' ', 'button');
    press('a', 'p', { ctrlKey: true });
    expect(done).toEqual([]);
    press(' ', 'p');
    expect(done).toEqual(['space']);
  });

  it('does nothing where the reader wants no single keys', () => {
    TestBed.inject(Appearance).shortcuts.set(false);
    press('a');
    expect(done).toEqual([]);
  });

  it('takes a binding back', () => {
    keys.bind('x', () => done.push('x'))();
    press('x');
    expect(done).toEqual([]);
  });
});
