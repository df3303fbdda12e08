import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { apiFeed, givenParams } from './api-feed';
import type { ApiFeed } from './api-feed';
import { Refresh } from './refresh';

/** The resource takes a few turns of the microtask queue to take in an answer. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe(apiFeed.name, () => {
  const project = signal('a');
  const window = signal('24h');
  let feed: ApiFeed<string>;
  let http: HttpTestingController;

  const answer = async (data: string): Promise<void> => {
    TestBed.tick();
    http.expectOne((request) => request.url.endsWith('/summary')).flush({ data });
    await settled();
    TestBed.tick();
  };

  beforeEach(() => {
    project.set('a');
    window.set('24h');
    TestBed.configureTestingModule({
      providers: [provideHttpClient(), provideHttpClientTesting()],
    });
    http = TestBed.inject(HttpTestingController);
    feed = TestBed.runInInjectionContext(() =>
      apiFeed<string>(() => ({
        path: 'summary',
        params: { project: project(), window: window() },
      })),
    );
  });

  it('waits, then answers', async () => {
    expect(feed.waiting()).toBe(true);
    await answer('one');
    expect(feed.data()).toBe('one');
    expect(feed.waiting()).toBe(false);
  });

  it('keeps the answer, as outdated, while another window is read', async () => {
    await answer('day');
    window.set('1h');
    TestBed.tick();
    expect([feed.data(), feed.outdated()]).toEqual(['day', true]);
    await answer('hour');
    expect([feed.data(), feed.outdated()]).toEqual(['hour', false]);
  });

  it('shows nothing of one project under another', async () => {
    await answer('of a');
    project.set('b');
    TestBed.tick();
    expect(feed.data()).toBeUndefined();
  });

  it('keeps the figures when a refresh fails, and says why', async () => {
    await answer('good');
    feed.reload();
    TestBed.tick();
    http
      .expectOne((request) => request.url.endsWith('/summary'))
      .flush(
        { title: 'The server is busy', code: 'overloaded', status: 503, requestId: 'r', type: '' },
        { status: 503, statusText: 'Service Unavailable' },
      );
    await settled();
    TestBed.tick();
    expect(feed.data()).toBe('good');
    expect(feed.problem()).toMatchObject({ title: 'The server is busy', requestId: 'r' });
  });
});

describe(`${apiFeed.name} without a link`, () => {
  it('leaves it to the page to say so where it has figures', async () => {
    TestBed.configureTestingModule({
      providers: [provideHttpClient(), provideHttpClientTesting()],
    });
    const http = TestBed.inject(HttpTestingController);
    const feed = TestBed.runInInjectionContext(() => apiFeed<number>(() => ({ path: 'x' })));
    TestBed.tick();
    http.expectOne(() => true).flush({ data: 1 });
    await settled();
    TestBed.tick();
    feed.reload();
    TestBed.tick();
    http.expectOne(() => true).error(new ProgressEvent('error'));
    await settled();
    TestBed.tick();
    expect(feed.problem()).toMatchObject({ code: 'unreachable' });
    TestBed.inject(Refresh).interrupted.set(true);
    expect(feed.problem()).toBeUndefined();
    expect(feed.data()).toBe(1);
  });
});

describe(givenParams.name, () => {
  it('leaves out what is not given', () => {
    expect(givenParams({ a: 'x', b: null, c: undefined, d: 0 })).toEqual({ a: 'x', d: 0 });
  });
});
