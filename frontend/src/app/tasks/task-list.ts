import { HttpClient } from '@angular/common/http';
import { DestroyRef, Injectable, inject, signal, untracked } from '@angular/core';
import type { Answer, Execution } from '@app/contracts';
import { firstValueFrom } from 'rxjs';
import { apiUrl, givenParams } from '../api/api-feed';
import type { ApiRequest } from '../api/api-feed';
import { toApiProblem } from '../api/api-problem';
import type { ApiProblem } from '../api/api-problem';
import { Refresh } from '../api/refresh';

const FIRST_PAGE = 200;
const NEXT_PAGE = 1000;
/** What a browser holds without becoming slow. */
export const MOST_ROWS = 200_000;

/** Executions that fit a question, page by page as they are looked at. */
@Injectable()
export class TaskList {
  private readonly http = inject(HttpClient);
  private readonly refresh = inject(Refresh);

  readonly rows = signal<readonly Execution[]>([]);
  readonly waiting = signal(false);
  readonly problem = signal<ApiProblem | undefined>(undefined);
  /** Whether there are more than the rows. */
  readonly hasMore = signal(false);
  /** Whether the rows are those of another question, whose answer is under way. */
  readonly outdated = signal(false);

  private params: ApiRequest['params'];
  private cursor: string | null = null;
  private asked = 0;

  constructor() {
    inject(DestroyRef).onDestroy(() => (this.asked += 1));
  }

  /** Begins anew with another question, or with the same at another time. */
  async start(params: ApiRequest['params']): Promise<void> {
    this.params = givenParams(params);
    this.cursor = null;
    this.outdated.set(true);
    await this.read(FIRST_PAGE);
  }

  /** The next page, if there is one and it is not under way. */
  async more(): Promise<void> {
    if (untracked(this.waiting) || !untracked(this.hasMore)) return;
    await this.read(NEXT_PAGE);
  }

  /** Reads on until there are so many rows, or no more. */
  async fill(count: number): Promise<void> {
    while (untracked(() => this.rows().length < count && this.hasMore() && !this.waiting())) {
      const next = this.asked + 1;
      await this.read(NEXT_PAGE);
      // Another question was asked meanwhile, or this one failed.
      if (this.asked !== next || this.problem()) return;
    }
  }

  async retry(): Promise<void> {
    await this.read(this.cursor === null ? FIRST_PAGE : NEXT_PAGE);
  }

  private async read(limit: number): Promise<void> {
    const mine = (this.asked += 1);
    const isFirst = this.cursor === null;
    this.waiting.set(true);
    this.problem.set(undefined);
    const params = givenParams({ ...this.params, limit, cursor: this.cursor });
    try {
      const answer = this.http.get<Answer<Execution[]>>(apiUrl('metrics'), { params });
      const { data, page } = await firstValueFrom(answer);
      if (mine !== this.asked) return;
      this.rows.update((rows) => (isFirst ? data : [...rows, ...data]));
      this.cursor = page?.nextCursor ?? null;
      this.hasMore.set(this.cursor !== null && this.rows().length < MOST_ROWS);
      this.outdated.set(false);
      this.refresh.noteAnswer();
    } catch (error) {
      if (mine === this.asked) this.problem.set(toApiProblem(error));
    } finally {
      if (mine === this.asked) this.waiting.set(false);
    }
  }
}
