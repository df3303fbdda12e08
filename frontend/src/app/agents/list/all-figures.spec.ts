import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { aSummaryRow } from '../../testing/builders';
import { AllFigures } from './all-figures';

const ASKED = { project: 'p', window: '24h' };

describe('the figures of more agents than one answer holds', () => {
  let figures: AllFigures;
  let http: HttpTestingController;
  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [provideHttpClient(), provideHttpClientTesting(), AllFigures],
    });
    figures = TestBed.inject(AllFigures);
    http = TestBed.inject(HttpTestingController);
  });

  const next = () => http.expectOne((request) => request.url.endsWith('/summary'));
  /** The next page is asked for; it is answered with some agents. */
  const answer = async (ids: string[], nextCursor: string | null): Promise<string | null> => {
    const request = next();
    const data = ids.map((agentId) => aSummaryRow({ agentId }));
    request.flush({ data, page: { nextCursor } });
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    return request.request.params.get('cursor');
  };
  const shown = () => figures.rows()?.map(({ agentId }) => agentId);

  it('are read to the last page', async () => {
    const done = figures.read(ASKED);
    expect(await answer(['a', 'b'], 'two')).toBeNull();
    expect(shown()).toEqual(['a', 'b']);
    expect(figures.complete()).toBe(false);
    expect(await answer(['c'], null)).toBe('two');
    await done;
    expect(shown()).toEqual(['a', 'b', 'c']);
    expect(figures.complete()).toBe(true);
  });

  it('stay whole while the same is read again, and go with another question', async () => {
    const first = figures.read(ASKED);
    await answer(['a', 'b'], 'two');
    await answer(['c'], null);
    await first;
    const again = figures.read(ASKED);
    await answer(['b'], 'two');
    expect(shown()).toEqual(['a', 'b', 'c']);
    expect(figures.complete()).toBe(true);
    await answer(['c', 'd'], null);
    await again;
    expect(shown()).toEqual(['b', 'c', 'd']);
    void figures.read({ ...ASKED, window: '7d' });
    expect(figures.rows()).toBeUndefined();
  });

  it('of an earlier question come too late', async () => {
    void figures.read(ASKED);
    const late = next();
    const done = figures.read({ ...ASKED, window: '7d' });
    await answer(['new'], null);
    await done;
    late.flush({ data: [aSummaryRow({ agentId: 'old' })], page: { nextCursor: null } });
    await Promise.resolve();
    expect(shown()).toEqual(['new']);
  });

  it('keep what was read where a page fails, and say that it is not all', async () => {
    const done = figures.read(ASKED);
    await answer(['a'], 'two');
    next().flush('', { status: 503, statusText: 'busy' });
    await done;
    expect(shown()).toEqual(['a']);
    expect(figures.complete()).toBe(false);
  });
});
