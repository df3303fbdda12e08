import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Control, Field } from './field';
import { Picker } from './picker';

@Component({
  imports: [Control, Field, Picker],
  template: `
    <apt-field label="Limit" unit="ms" hint="At most 200" [error]="error()" required>
      <input aptControl />
    </apt-field>
    <apt-field label="Kind" for="kind" [error]="error()">
      <apt-picker value="a" [options]="[{ value: 'a', label: 'A' }]" />
    </apt-field>
  `,
})
class Host {
  readonly error = signal('');
}

describe(Field.name, () => {
  let host: Host;
  let page: HTMLElement;
  let render: () => Promise<void>;
  beforeEach(async () => {
    const fixture = TestBed.createComponent(Host);
    host = fixture.componentInstance;
    page = fixture.nativeElement as HTMLElement;
    render = () => fixture.whenStable();
    await render();
  });
  const said = (control: Element | null): string =>
    (control?.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => page.querySelector(`#${id}`)?.textContent?.trim())
      .join(' ');

  it('names its control', () => {
    const [limit, kind] = page.querySelectorAll('label');
    expect(limit?.htmlFor).toBe(page.querySelector('input')?.id);
    expect([kind?.htmlFor, page.querySelector('select')?.id]).toEqual(['kind', 'kind']);
  });

  it('says unit and hint with it, and the error in place of the hint', async () => {
    const input = page.querySelector('input');
    expect(said(input)).toBe('ms At most 200');
    expect([input?.ariaInvalid ?? null, input?.ariaRequired]).toEqual([null, 'true']);
    host.error.set('Too much');
    await render();
    expect(said(input)).toBe('ms Too much');
    expect(input?.getAttribute('aria-invalid')).toBe('true');
    expect(said(page.querySelector('select'))).toBe('Too much');
    expect(page.querySelector('select')?.getAttribute('aria-invalid')).toBe('true');
  });
});
