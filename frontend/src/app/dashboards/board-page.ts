import { Clipboard } from '@angular/cdk/clipboard';
import { DOCUMENT } from '@angular/common';
import { Component, computed, effect, inject, input, linkedSignal, signal } from '@angular/core';
import { untracked } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { Router, RouterLink } from '@angular/router';
import type { Dashboard, DashboardPanel } from '@app/contracts';
import { WORKSPACE_LIMITS } from '@app/contracts';
import { toApiProblem } from '../api/api-problem';
import type { ApiProblem } from '../api/api-problem';
import { formatCount } from '../format/format';
import { words } from '../i18n/language';
import { Report } from '../report/report';
import { HOME } from '../scope/home';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { absolute } from '../time/range';
import { Empty } from '../ui/empty';
import { Icon } from '../ui/icon';
import { Menu } from '../ui/menu';
import type { MenuItem } from '../ui/menu';
import { Note } from '../ui/note';
import { ProblemNote } from '../ui/problem-note';
import { Skeleton } from '../ui/skeleton';
import { Toasts } from '../ui/toasts';
import { FIRST_PANEL, exampleBoard, nextKey, sameContent, toBoard, toInput } from './board';
import type { Board, BoardPanel } from './board';
import { BoardGrid } from './board-grid';
import { DashboardDesk } from './dashboard-desk';
import { PanelEditor } from './panel-editor';
import { dashboardsDe } from './words.de';
import { dashboardsEn } from './words.en';

const NEW = 'new';
const MOST = WORKSPACE_LIMITS.panels;

/** One dashboard: looked at, or taken apart and put together again. */
@Component({
  selector: 'apt-board-page',
  imports: [
    RouterLink,
    PageHeader,
    BoardGrid,
    PanelEditor,
    Menu,
    Empty,
    Icon,
    Note,
    ProblemNote,
    Skeleton,
  ],
  templateUrl: './board-page.html',
  styleUrl: './board-page.css',
  host: { '(window:beforeunload)': 'onUnload($event)' },
})
export class BoardPage {
  /** From the address; `new` for one that is not saved yet. */
  readonly id = input.required<string>();

  protected readonly words = words({ en: dashboardsEn, de: dashboardsDe });
  protected readonly scope = inject(Scope);
  private readonly desk = inject(DashboardDesk);
  private readonly router = inject(Router);
  private readonly toasts = inject(Toasts);
  private readonly clipboard = inject(Clipboard);
  private readonly document = inject(DOCUMENT);
  private readonly title = inject(Title);
  private readonly report = inject(Report);
  protected readonly path = `${HOME}/dashboards`;
  protected readonly nameLength = WORKSPACE_LIMITS.nameLength;
  protected readonly descriptionLength = WORKSPACE_LIMITS.descriptionLength;

  /** As the tracker has it; null: not saved yet. */
  protected readonly stored = signal<Dashboard | null>(null);
  protected readonly problem = signal<ApiProblem | undefined>(undefined);
  protected readonly board = signal<Board | null>(null);
  protected readonly saving = signal(false);
  protected readonly conflict = signal(false);
  protected readonly editing = linkedSignal(() => this.id() === NEW);
  /** The panel in the editor; key 0: a new one. */
  protected readonly open = signal<BoardPanel | null>(null);

  protected readonly isNew = computed(() => this.id() === NEW);
  protected readonly unknown = computed(() => {
    const code = this.problem()?.code;
    return code === 'unknown-dashboard' || code === 'invalid-request';
  });
  protected readonly dirty = computed(() => {
    const [board, stored] = [this.board(), this.stored()];
    if (board === null) return false;
    return stored === null ? this.touched() : !sameContent(toInput(board), stored);
  });
  /** Whether a new one was changed since it was opened. */
  private readonly touched = signal(false);
  protected readonly canAdd = computed(() => (this.board()?.panels.length ?? 0) < MOST);
  protected readonly canSave = computed(
    () => (this.dirty() || this.stored() === null) && this.board()?.name.trim() !== '',
  );
  protected readonly mostPanels = computed(() => this.words().mostPanels(formatCount(MOST)));

  /** How it is passed on. */
  protected readonly shares = computed<MenuItem[]>(() => {
    const w = this.words();
    const download = this.exportUrl();
    return [
      { id: 'link', label: w.copyLink, icon: 'link', testid: 'board-link' },
      { id: 'exact', label: w.copyFixed, icon: 'clock', testid: 'board-link-fixed' },
      {
        id: 'json',
        label: w.export,
        icon: 'download',
        download,
        apart: true,
        testid: 'board-export',
      },
      {
        id: 'report',
        label: this.report.words().export,
        icon: 'table',
        disabled: this.report.making(),
        testid: 'report',
      },
    ];
  });

  constructor() {
    effect(() => {
      const [id, project] = [this.id(), this.scope.project()];
      if (project === undefined) return;
      untracked(() => void this.load(id));
    });
    effect(() => {
      const name = this.board()?.name;
      if (name) this.title.setTitle(`${name} · Agent Performance`);
    });
  }

  /** Asked before another page is shown. */
  mayLeave(): boolean {
    return !this.dirty() || this.document.defaultView?.confirm(this.words().leave) !== false;
  }

  protected onUnload(event: BeforeUnloadEvent): void {
    if (this.dirty()) event.preventDefault();
  }

  protected async load(id = this.id()): Promise<void> {
    // What was just made is here already.
    if (this.stored()?.id === id) return;
    this.problem.set(undefined);
    this.conflict.set(false);
    if (id === NEW) {
      this.stored.set(null);
      this.touched.set(false);
      this.board.set(toBoard(this.firstContent()));
      return;
    }
    this.board.set(null);
    try {
      const dashboard = await this.desk.get(id);
      if (id === this.id()) this.show(dashboard);
    } catch (error) {
      if (id === this.id()) this.problem.set(toApiProblem(error));
    }
  }

  protected change(change: Partial<Board>): void {
    this.touched.set(true);
    this.board.update((board) => board && { ...board, ...change });
  }

  protected setPanels(panels: readonly BoardPanel[]): void {
    this.change({ panels });
  }

  protected typed(event: Event): string {
    return (event.target as HTMLInputElement).value;
  }

  protected add(): void {
    this.open.set({ ...FIRST_PANEL, key: 0 });
  }

  protected apply(panel: DashboardPanel): void {
    const [board, open] = [this.board(), this.open()];
    if (board === null || open === null) return;
    const panels =
      open.key === 0
        ? [...board.panels, { ...panel, key: nextKey() }]
        : board.panels.map((one) => (one.key === open.key ? { ...panel, key: one.key } : one));
    this.change({ panels });
  }

  protected duplicate(panel: BoardPanel): void {
    const panels = this.board()?.panels ?? [];
    if (!this.canAdd()) return;
    const at = panels.findIndex(({ key }) => key === panel.key) + 1;
    const copy = { ...panel, key: nextKey() };
    this.change({ panels: [...panels.slice(0, at), copy, ...panels.slice(at)] });
  }

  protected remove(panel: BoardPanel): void {
    const panels = this.board()?.panels ?? [];
    this.change({ panels: panels.filter(({ key }) => key !== panel.key) });
  }

  /** @param force over whatever somebody else has saved meanwhile */
  protected async save(force = false): Promise<void> {
    const [board, stored] = [this.board(), this.stored()];
    if (board === null || this.saving()) return;
    this.saving.set(true);
    try {
      const input = toInput(board);
      const saved =
        stored === null
          ? await this.desk.create(input)
          : await this.desk.replace(stored.id, input, force ? null : stored.version);
      this.show(saved);
      this.toasts.show({ tone: 'good', text: this.words().saved, detail: saved.name });
      if (stored === null) await this.goTo(saved.id);
    } catch (error) {
      const { code, title, detail } = toApiProblem(error);
      if (code === 'precondition-failed') this.conflict.set(true);
      else {
        const text = this.words().notSaved;
        this.toasts.show({ tone: 'bad', text, detail: detail ?? title });
      }
    } finally {
      this.saving.set(false);
    }
  }

  protected async loadTheirs(): Promise<void> {
    this.stored.set(null);
    this.touched.set(false);
    await this.load();
  }

  protected discard(): void {
    const stored = this.stored();
    if (stored !== null) this.show(stored);
  }

  protected shareAs(id: string): void {
    if (id === 'report') void this.report.make(this.board()?.name ?? this.words().title);
    else if (id !== 'json') this.copyLink(id === 'exact');
  }

  /** @param fixed whether the link keeps to exactly this time */
  private copyLink(fixed: boolean): void {
    const link = new URL(this.document.location.href);
    const span = this.scope.span();
    if (fixed && span) {
      const { from, to } = absolute(span);
      link.searchParams.delete('window');
      link.searchParams.set('from', from);
      link.searchParams.set('to', to);
    }
    const project = this.scope.project();
    if (project) link.searchParams.set('project', project);
    if (this.clipboard.copy(link.href)) {
      this.toasts.show({ tone: 'good', text: this.words().copied, detail: link.href });
    }
  }

  private exportUrl(): string {
    return this.desk.exportUrl(this.id());
  }

  private show(dashboard: Dashboard): void {
    this.stored.set(dashboard);
    this.conflict.set(false);
    this.board.set(toBoard(dashboard));
  }

  private firstContent() {
    const { untitled, exampleName, exampleText } = this.words();
    const state = this.document.defaultView?.history.state as { blank?: boolean } | null;
    if (state?.blank) return { name: untitled, description: '', panels: [] };
    return exampleBoard(exampleName, exampleText);
  }

  private goTo(id: string): Promise<boolean> {
    const queryParams = this.scope.linkParams();
    return this.router.navigate([this.path, id], { queryParams, replaceUrl: true });
  }
}
