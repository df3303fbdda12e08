import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ApiProblem } from '../api/api-problem';
import { PANEL_ROLE, Panel } from './panel';

const busy: ApiProblem = {
  title: 'The server is busy',
  detail: 'try again',
  code: 'overloaded',
  requestId: 'r-9',
  retryable: true,
};

@Component({
  imports: [Panel],
  template: `<apt-panel heading="Tasks" tally="7 found" [feed]="feed">
    <p class="content">42</p>
  </apt-panel>`,
})
class Host {
  readonly data = signal<unknown>(undefined);
  readonly problem = signal<ApiProblem | undefined>(undefined);
  readonly feed = {
    data: this.data,
    problem: this.problem,
    waiting: signal(false),
    outdated: signal(false),
    reload: jest.fn(),
  };
}

describe(Panel.name, () => {
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

  it('holds the place until there is an answer', async () => {
    expect(page.querySelector('.skeleton')).not.toBeNull();
    expect(page.querySelector('.content')).toBeNull();
    host.data.set(1);
    await render();
    expect(page.querySelector('.skeleton')).toBeNull();
    expect(page.querySelector('.content')?.textContent).toBe('42');
  });

  it('says what went wrong, with the request to quote, and asks again', async () => {
    host.problem.set(busy);
    await render();
    const note = page.querySelector('[data-testid=panel-error]');
    expect(note?.textContent).toContain('The server is busy');
    expect(note?.textContent).toContain('r-9');
    note?.querySelector('button')?.click();
    expect(host.feed.reload).toHaveBeenCalledTimes(1);
  });

  it('counts nothing before it knows what there is', async () => {
    const caption = (): string | undefined => page.querySelector('.caption')?.textContent;
    expect(caption()).toBe('');
    host.problem.set(busy);
    await render();
    expect(caption()).toBe('');
    host.data.set(1);
    await render();
    expect(caption()).toBe('7 found');
  });

  it('keeps its figures above which it reports a failed refresh', async () => {
    host.data.set(1);
    host.problem.set(busy);
    await render();
    expect(page.querySelector('.content')).not.toBeNull();
    expect(page.querySelector('[data-testid=panel-error]')).not.toBeNull();
  });

  it('is a landmark by its heading, and a group where names may be the same', () => {
    const id = page.querySelector('h2')?.id;
    const section = page.querySelector('section');
    expect(section?.getAttribute('aria-labelledby')).toBe(id);
    expect(section?.getAttribute('role')).toBeNull();
    TestBed.resetTestingModule();
    TestBed.configureTestingModule({ providers: [{ provide: PANEL_ROLE, useValue: 'group' }] });
    const grouped = TestBed.createComponent(Host).nativeElement as HTMLElement;
    TestBed.tick();
    expect(grouped.querySelector('section')?.getAttribute('role')).toBe('group');
  });
});
