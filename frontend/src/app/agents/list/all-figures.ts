import { HttpClient } from '@angular/common/http';
import { DestroyRef, Injectable, inject, signal } from '@angular/core';
import type { Answer, SummaryRow } from '@app/contracts';
import { LIMITS } from '@app/contracts';
import { firstValueFrom } from 'rxjs';
import { apiUrl, givenParams } from '../../api/api-feed';
import type { ApiRequest } from '../../api/api-feed';

/** What a browser holds without becoming slow. */
export const MOST_FIGURES = 10_000;

/** The figures of all agents, page by page, where there are more than one answer holds. */
@Injectable()
export class AllFigures {
  private readonly http = inject(HttpClient);
  /** Those that were read so far; undefined: nothing was asked. */
  readonly rows = signal<readonly SummaryRow[] | undefined>(undefined);
  /** Whether those are all, or as many as are ever read. */
  readonly complete = signal(true);

  private subject: string | undefined;
  private asked = 0;

  constructor() {
    inject(DestroyRef).onDestroy(() => (this.asked += 1));
  }

  /**
   * Reads all pages of a question. The rows of the same question stay until the last page is there,
   * so that a list which is looked at does not shrink and grow.
   * @param params undefined: one answer holds everybody
   */
  async read(params: ApiRequest['params']): Promise<void> {
    const mine = (this.asked += 1);
    const subject = params && JSON.stringify(params);
    if (subject !== this.subject) {
      this.rows.set(undefined);
      this.complete.set(params === undefined);
    }
    this.subject = subject;
    if (params === undefined) return;
    const grows = this.rows() === undefined;
    let cursor: string | null = null;
    const all: SummaryRow[] = [];
    do {
      const page = await this.page({ ...params, limit: LIMITS.pageSize, cursor });
      // Another question was asked meanwhile, or this one failed: the list says what it has.
      if (mine !== this.asked || page === undefined) return;
      all.push(...page.data);
      cursor = page.page?.nextCursor ?? null;
      if (grows) this.rows.set([...all]);
    } while (cursor !== null && all.length < MOST_FIGURES);
    this.rows.set(all);
    this.complete.set(cursor === null);
  }

  private async page(params: ApiRequest['params']): Promise<Answer<SummaryRow[]> | undefined> {
    try {
      const options = { params: givenParams(params) };
      return await firstValueFrom(this.http.get<Answer<SummaryRow[]>>(apiUrl('summary'), options));
    } catch {
      return undefined;
    }
  }
}
