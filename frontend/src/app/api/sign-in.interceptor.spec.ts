import { Location } from '@angular/common';
import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SIGN_IN, signInInterceptor } from './sign-in.interceptor';

describe(signInInterceptor.name, () => {
  let http: HttpTestingController;
  let router: Router;
  beforeEach(async () => {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors([signInInterceptor])),
        provideHttpClientTesting(),
        provideRouter([{ path: '**', children: [] }]),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    router = TestBed.inject(Router);
    await router.navigateByUrl('/agent-performance?from=now-7d&type=cognitive');
  });
  const answer = async (status: number): Promise<void> => {
    TestBed.inject(HttpClient)
      .get('/x')
      .subscribe({ error: () => undefined });
    http.expectOne('/x').flush({}, { status, statusText: 'No' });
    await new Promise((resolve) => setTimeout(resolve));
  };

  it('leads to where one signs in, and keeps where one was', async () => {
    await answer(401);
    const url = router.parseUrl(router.url);
    expect(router.url.startsWith(SIGN_IN)).toBe(true);
    expect(url.queryParams['return']).toBe('/agent-performance?from=now-7d&type=cognitive');
    await answer(401);
    expect(router.parseUrl(router.url).queryParams['return']).not.toContain(SIGN_IN);
  });

  it('knows where one was before the first page is there', async () => {
    // As at the start: the address is in the bar, and the router has not come to it.
    TestBed.inject(Location).replaceState('/agent-performance/alerts', 'window=7d');
    await answer(401);
    const { queryParams } = router.parseUrl(router.url);
    expect(queryParams['return']).toBe('/agent-performance/alerts?window=7d');
  });

  it('leaves those alone who take up an invitation', async () => {
    await router.navigateByUrl('/agent-performance/invitation#token');
    await answer(401);
    expect(router.url).toBe('/agent-performance/invitation#token');
  });

  it('leaves those where they are who mistype a password', async () => {
    TestBed.inject(HttpClient)
      .post('/x', {})
      .subscribe({ error: () => undefined });
    http.expectOne('/x').flush({ code: 'sign-in-failed' }, { status: 401, statusText: 'No' });
    await new Promise((resolve) => setTimeout(resolve));
    expect(router.url).toBe('/agent-performance?from=now-7d&type=cognitive');
  });

  it('leaves other failures to who asked', async () => {
    await answer(403);
    await answer(500);
    expect(router.url).toBe('/agent-performance?from=now-7d&type=cognitive');
  });
});
