import { Component, computed, inject, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { Dashboard, DashboardSummary } from '@app/contracts';
import { WORKSPACE_LIMITS } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { toApiProblem } from '../api/api-problem';
import { Refresh } from '../api/refresh';
import { formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { Empty } from '../ui/empty';
import { Icon } from '../ui/icon';
import { Note } from '../ui/note';
import { Panel } from '../ui/panel';
import { Toasts } from '../ui/toasts';
import { toInput, toBoard } from './board';
import { DashboardDesk } from './dashboard-desk';
import { dashboardsDe } from './words.de';
import { dashboardsEn } from './words.en';

const UNDO_MS = 10_000;
/** A file is the document with spaces and names around it. */
const MOST_FILE_BYTES = 4 * WORKSPACE_LIMITS.documentBytes;

/** Every dashboard of the project. */
@Component({
  selector: 'apt-dashboards-page',
  imports: [RouterLink, PageHeader, ConfirmDialog, Empty, Icon, Note, Panel],
  templateUrl: './dashboards-page.html',
  styleUrl: './dashboards-page.css',
})
export class DashboardsPage {
  protected readonly words = words({ en: dashboardsEn, de: dashboardsDe });
  protected readonly scope = inject(Scope);
  private readonly desk = inject(DashboardDesk);
  private readonly refresh = inject(Refresh);
  private readonly router = inject(Router);
  private readonly toasts = inject(Toasts);
  protected readonly path = `${HOME}/dashboards`;
  protected readonly instant = formatInstant;

  protected readonly feed = apiFeed<DashboardSummary[]>(() => {
    const project = this.scope.project();
    return project === undefined ? undefined : { path: 'dashboards', params: { project } };
  }, 15_000);
  protected readonly isEmpty = computed(() => this.feed.data()?.length === 0);
  protected readonly asked = signal<DashboardSummary | null>(null);
  protected readonly undoable = signal<Dashboard | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected exportUrl(id: string): string {
    return this.desk.exportUrl(id);
  }

  protected async duplicate(summary: DashboardSummary): Promise<void> {
    await this.attempt(async () => {
      const input = toInput(toBoard(await this.desk.get(summary.id)));
      const name = this.words().copyOf(input.name).slice(0, WORKSPACE_LIMITS.nameLength);
      await this.desk.create({ ...input, name });
      this.refresh.byHand();
    });
  }

  protected async remove(summary: DashboardSummary): Promise<void> {
    await this.attempt(async () => {
      const dashboard = await this.desk.get(summary.id);
      await this.desk.remove(dashboard.id, dashboard.version);
      this.undoable.set(dashboard);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.undoable.set(null), UNDO_MS);
      this.refresh.byHand();
    });
  }

  protected async undo(dashboard: Dashboard): Promise<void> {
    this.undoable.set(null);
    await this.attempt(async () => {
      await this.desk.create(toInput(toBoard(dashboard)), dashboard.id);
      this.refresh.byHand();
    });
  }

  protected async importFrom(event: Event): Promise<void> {
    const field = event.target as HTMLInputElement;
    const file = field.files?.[0];
    // The same file can be chosen again.
    if (file === undefined) return;
    const { notImported, notJson, tooLarge, imported } = this.words();
    const text = file.size > MOST_FILE_BYTES ? null : await file.text();
    field.value = '';
    const content = text === null ? undefined : parsed(text);
    if (content === undefined) {
      const detail = text === null ? tooLarge : notJson;
      this.toasts.show({ tone: 'bad', text: notImported, detail });
      return;
    }
    try {
      const { id, name } = await this.desk.import(content);
      this.toasts.show({ tone: 'good', text: imported(name) });
      await this.router.navigate([this.path, id], { queryParams: this.scope.linkParams() });
    } catch (error) {
      const { title, detail } = toApiProblem(error);
      this.toasts.show({ tone: 'bad', text: notImported, detail: detail ?? title });
    }
  }

  private async attempt(deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
    } catch (error) {
      const { title, detail } = toApiProblem(error);
      this.toasts.show({ tone: 'bad', text: title, ...(detail !== null && { detail }) });
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
