import { Component, computed, inject, linkedSignal, signal } from '@angular/core';
import type { Answer, AuditEntry } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { toApiProblem } from '../api/api-problem';
import { formatExact } from '../format/format';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Empty } from '../ui/empty';
import { Control, Field } from '../ui/field';
import { Panel } from '../ui/panel';
import { Toasts } from '../ui/toasts';
import { AccessDesk } from './access-desk';
import { AccessTabs } from './access-tabs';
import { accessDe } from './words.de';
import { accessEn } from './words.en';

const PAGE = 100;

/** Who changed what in the shown project. */
@Component({
  selector: 'apt-audit-page',
  imports: [AccessTabs, Control, Empty, Field, PageHeader, Panel],
  templateUrl: './audit-page.html',
  styleUrls: ['./access-lists.css', './audit-page.css'],
})
export class AuditPage {
  private readonly scope = inject(Scope);
  private readonly desk = inject(AccessDesk);
  private readonly toasts = inject(Toasts);
  protected readonly words = words({ en: accessEn.audit, de: accessDe.audit });
  protected readonly when = formatExact;
  protected readonly busy = signal(false);
  private readonly filter = signal<{ actor?: string; action?: string }>({});

  private readonly params = computed(() => ({
    project: this.scope.project(),
    limit: PAGE,
    ...this.filter(),
  }));
  protected readonly feed = apiFeed<AuditEntry[]>(() => {
    const params = this.params();
    return params.project === undefined ? undefined : { path: 'audit', params };
  }, 15_000);
  /** Pages after the first; they end with the filter and with the project. */
  private readonly older = linkedSignal<string, Answer<AuditEntry[]>[]>({
    source: () => JSON.stringify(this.params()),
    computation: () => [],
  });
  protected readonly entries = computed(() => {
    const all = [this.feed.data() ?? [], ...this.older().map(({ data }) => data)].flat();
    return [...new Map(all.map((entry) => [entry.auditId, entry])).values()];
  });
  protected readonly hasMore = computed(() => {
    const last = this.older().at(-1);
    if (last) return (last.page?.nextCursor ?? null) !== null;
    return (this.feed.data()?.length ?? 0) === PAGE;
  });

  protected apply(event: Event, actor: string, action: string): void {
    event.preventDefault();
    const given = { actor: actor.trim(), action: action.trim() };
    this.filter.set({
      ...(given.actor !== '' && { actor: given.actor }),
      ...(given.action !== '' && { action: given.action }),
    });
  }

  protected async more(): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    try {
      const known = this.older().at(-1)?.page?.nextCursor;
      // Of the first page, which is read again and again, only the entries are kept.
      const cursor = known ?? (await this.page()).page?.nextCursor;
      const page = await this.page(cursor);
      this.older.update((pages) => [...pages, page]);
    } catch (error) {
      const { title, detail } = toApiProblem(error);
      this.toasts.show({ tone: 'bad', text: title, ...(detail !== null && { detail }) });
    } finally {
      this.busy.set(false);
    }
  }

  private page(cursor?: string | null): Promise<Answer<AuditEntry[]>> {
    return this.desk.audit({ ...this.filter(), limit: PAGE, cursor });
  }

  protected whoOf({ actorKind }: AuditEntry): string {
    const { nobody, operator, key } = this.words();
    return { open: nobody, operator, key, user: '' }[actorKind];
  }

  protected textOf(value: unknown): string {
    return JSON.stringify(value, null, 2);
  }
}
