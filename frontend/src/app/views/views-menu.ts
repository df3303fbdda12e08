import { Clipboard } from '@angular/cdk/clipboard';
import { DOCUMENT } from '@angular/common';
import { HttpClient } from '@angular/common/http';
import type { ElementRef } from '@angular/core';
import { Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router } from '@angular/router';
import type { Answer, SavedView, SavedViewInput, ViewPage } from '@app/contracts';
import { WORKSPACE_LIMITS } from '@app/contracts';
import { firstValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import { apiFeed, apiUrl } from '../api/api-feed';
import { toApiProblem } from '../api/api-problem';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Rights } from '../scope/rights';
import { Scope } from '../scope/scope';
import { Menu } from '../ui/menu';
import type { MenuItem } from '../ui/menu';
import { Toasts } from '../ui/toasts';
import {
  appliedParameters,
  keptParameters,
  sameParameters,
  saysSomething,
} from './view-parameters';
import { viewsDe } from './words.de';
import { viewsEn } from './words.en';

/** Where each page is, below the dashboard's address. */
const PATHS: Readonly<Record<ViewPage, readonly string[]>> = {
  overview: [],
  tasks: ['tasks'],
  agents: ['agents'],
  compare: ['compare'],
  alerts: ['alerts'],
  'alert-history': ['alerts', 'history'],
  benchmarks: ['benchmarks'],
  dashboards: ['dashboards'],
};
const FAILED = Symbol('failed');
const UNDO_MS = 10_000;
let lastId = 0;

/** Filters of a page under names: one's own, and those that are shared. */
@Component({
  selector: 'apt-views-menu',
  imports: [Menu],
  templateUrl: './views-menu.html',
  styleUrl: './views-menu.css',
})
export class ViewsMenu {
  readonly page = input.required<ViewPage>();

  protected readonly words = words({ en: viewsEn, de: viewsDe });
  protected readonly rights = inject(Rights);
  private readonly http = inject(HttpClient);
  private readonly router = inject(Router);
  private readonly scope = inject(Scope);
  private readonly toasts = inject(Toasts);
  private readonly clipboard = inject(Clipboard);
  private readonly origin = inject(DOCUMENT).location.origin;
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  protected readonly id = `views-${(lastId += 1)}`;
  protected readonly nameLength = WORKSPACE_LIMITS.nameLength;

  private readonly address = toSignal(inject(ActivatedRoute).queryParams, { initialValue: {} });
  protected readonly feed = apiFeed<SavedView[]>(() => {
    const project = this.scope.project();
    return project === undefined
      ? undefined
      : { path: 'views', params: { project, page: this.page() } };
  }, 30_000);

  protected readonly groups = computed(() => {
    const views = this.feed.data() ?? [];
    const { mine, shared } = this.words();
    return [
      { label: mine, views: views.filter(({ own }) => own) },
      { label: shared, views: views.filter(({ own }) => !own) },
    ].filter((group) => group.views.length > 0);
  });
  protected readonly current = computed(() => {
    const id = (this.address() as Record<string, unknown>)['view'];
    return this.feed.data()?.find((view) => view.id === id);
  });
  protected readonly differs = computed(() => {
    const view = this.current();
    return view !== undefined && !sameParameters(keptParameters(this.address()), view.parameters);
  });

  protected readonly label = computed(() => {
    const [view, w] = [this.current(), this.words()];
    const name = view === undefined ? w.views : w.current(view.name);
    return this.differs() ? `${name}. ${w.changed}` : name;
  });
  protected readonly items = computed<MenuItem[]>(() => {
    const [view, w] = [this.current(), this.words()];
    const stored = this.groups().flatMap(({ label, views }) =>
      views.map((one, at) => ({ ...this.itemOf(one), ...(at === 0 && { group: label }) })),
    );
    const ends: MenuItem[] = [
      { id: 'save', label: w.save, icon: 'plus', testid: 'view-save', write: 'read' },
    ];
    if (view && this.differs()) {
      const label = w.update(view.name);
      ends.unshift({ id: 'update', label, icon: 'retry', testid: 'view-update', write: 'read' });
    }
    return [
      ...stored,
      ...ends.map((one, at) => ({ ...one, apart: at === 0 && stored.length > 0 })),
    ];
  });

  /** What the form is about: a view to change, or null for a new one. */
  protected readonly edited = signal<SavedView | null>(null);
  protected readonly undoable = signal<SavedView | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    // Once, when the page opens: whoever clears the filters later wants them cleared.
    let decided = false;
    effect(() => {
      const views = this.feed.data();
      if (views === undefined || decided) return;
      decided = true;
      const address = untracked(this.address);
      const view = views.find(({ own, isDefault }) => own && isDefault);
      if (view && !saysSomething(address)) this.apply(view, true);
    });
  }

  /** @param id of an item, or of an action on a view: `delete <id of the view>` */
  protected run(id: string): void {
    const [verb = '', viewId] = id.split(' ');
    const current = this.current();
    if (verb === 'save') this.ask(null);
    else if (verb === 'update' && current) void this.update(current);
    const view = this.feed.data()?.find((one) => one.id === viewId);
    if (view === undefined) return;
    if (verb === 'apply') this.apply(view);
    else if (verb === 'link') this.copyLink(view);
    else if (verb === 'edit') this.ask(view);
    else if (verb === 'delete') void this.remove(view);
  }

  private itemOf(view: SavedView): MenuItem {
    const { id, name, own, shared, isDefault, createdBy } = view;
    const w = this.words();
    const [change, remove] = [own && !shared ? 'read' : 'operate', own ? 'read' : 'operate'];
    return {
      id: `apply ${id}`,
      label: name,
      icon: 'table',
      checked: id === this.current()?.id,
      oneOf: true,
      note: own ? (isDefault ? w.isDefault : '') : w.by(createdBy),
      testid: 'view-row',
      actions: [
        { id: `link ${id}`, label: w.copy(name), icon: 'link', testid: 'view-link' },
        { id: `edit ${id}`, label: w.edit(name), icon: 'edit', write: change, testid: 'view-edit' },
        {
          id: `delete ${id}`,
          label: w.delete(name),
          icon: 'trash',
          write: remove,
          testid: 'view-delete',
        },
      ],
    };
  }

  protected apply(view: SavedView, quietly = false): void {
    void this.router.navigate([], {
      queryParams: appliedParameters(this.address(), view),
      queryParamsHandling: 'merge',
      replaceUrl: quietly,
    });
  }

  /** A link that says all of the view, so that it also works for who cannot see the view itself. */
  protected copyLink(view: SavedView): void {
    const project = this.scope.project();
    const queryParams = {
      ...(project !== undefined && { project }),
      ...keptParameters(view.parameters),
      view: view.id,
    };
    const path = this.router.createUrlTree([HOME, ...PATHS[this.page()]], { queryParams });
    this.clipboard.copy(this.origin + this.router.serializeUrl(path));
    this.toasts.show({ tone: 'good', text: this.words().copied, detail: view.name });
  }

  protected ask(view: SavedView | null): void {
    this.edited.set(view);
    this.dialog().nativeElement.showModal();
  }

  protected async save(
    event: Event,
    name: string,
    shared: boolean,
    isDefault: boolean,
  ): Promise<void> {
    event.preventDefault();
    if (name.trim() === '') return;
    const view = this.edited();
    const parameters = view?.parameters ?? keptParameters(this.address());
    const saved = await this.send({ page: this.page(), name, parameters, shared, isDefault }, view);
    if (saved === undefined) return;
    this.dialog().nativeElement.close();
    if (view === null) this.apply(saved, true);
  }

  /** The view as the page is now. */
  protected async update(view: SavedView): Promise<void> {
    const { page, name, shared, isDefault } = view;
    const parameters = keptParameters(this.address());
    await this.send({ page, name, parameters, shared, isDefault }, view);
  }

  protected async remove(view: SavedView): Promise<void> {
    const url = apiUrl(`views/${view.id}`);
    const done = await this.attempt(() => this.http.delete<void>(url, this.options(view)));
    if (done === FAILED) return;
    this.undoable.set(view);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.undoable.set(null), UNDO_MS);
    this.feed.reload();
  }

  protected async undo(view: SavedView): Promise<void> {
    this.undoable.set(null);
    const { page, name, parameters, shared, isDefault } = view;
    await this.send({ page, name, parameters, shared, isDefault }, null);
  }

  private async send(
    input: SavedViewInput,
    view: SavedView | null,
  ): Promise<SavedView | undefined> {
    const answer = await this.attempt(() =>
      view === null
        ? this.http.post<Answer<SavedView>>(apiUrl('views'), input, this.options())
        : this.http.put<Answer<SavedView>>(apiUrl(`views/${view.id}`), input, this.options(view)),
    );
    if (answer === FAILED) return undefined;
    this.toasts.show({ tone: 'good', text: this.words().saved, detail: input.name });
    this.feed.reload();
    return answer.data;
  }

  private async attempt<T>(request: () => Observable<T>): Promise<T | typeof FAILED> {
    try {
      return await firstValueFrom(request());
    } catch (error) {
      const { title, detail } = toApiProblem(error);
      this.toasts.show({ tone: 'bad', text: this.words().failed, detail: detail ?? title });
      this.feed.reload();
      return FAILED;
    }
  }

  private options(view?: SavedView): {
    params: Record<string, string>;
    headers: Record<string, string>;
  } {
    const project = this.scope.project();
    return {
      params: project === undefined ? {} : { project },
      headers: view ? { 'If-Match': `"${view.version}"` } : {},
    };
  }
}
