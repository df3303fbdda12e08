import { DOCUMENT } from '@angular/common';
import { Component, computed, inject, signal } from '@angular/core';
import type { CreatedPasswordReset, Role, User } from '@app/contracts';
import { ROLES } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { toApiProblem } from '../api/api-problem';
import { formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { AgePipe } from '../ui/age';
import { Empty } from '../ui/empty';
import { Panel } from '../ui/panel';
import { Toasts } from '../ui/toasts';
import { AccessDesk } from './access-desk';
import { AccessTabs } from './access-tabs';
import { SecretOnce } from './secret-once';
import { accessDe } from './words.de';
import { accessEn } from './words.en';

type Deed = 'disable' | 'remove' | 'raise' | 'lower';

/** Everybody who has an account on this server, whatever their projects. */
@Component({
  selector: 'apt-users-page',
  imports: [AccessTabs, AgePipe, Empty, PageHeader, Panel, SecretOnce],
  templateUrl: './users-page.html',
  styleUrls: ['./access-lists.css', './users-page.css'],
})
export class UsersPage {
  private readonly desk = inject(AccessDesk);
  private readonly toasts = inject(Toasts);
  private readonly projects = inject(Scope).projects;
  private readonly origin = inject(DOCUMENT).location.origin;
  protected readonly words = words({ en: accessEn, de: accessDe });
  protected readonly roles = ROLES;
  protected readonly when = formatInstant;
  protected readonly search = signal('');
  protected readonly busy = signal(false);
  /** What is asked before it is done. */
  protected readonly asked = signal<{ userId: string; deed: Deed } | null>(null);
  protected readonly made = signal<CreatedPasswordReset | null>(null);

  protected readonly feed = apiFeed<User[]>(() => ({ path: 'users' }), 15_000);
  protected readonly shown = computed(() => {
    const wanted = this.search().trim().toLowerCase();
    return (this.feed.data() ?? []).filter(({ name }) => name.includes(wanted));
  });
  /** Where no public address is configured, the one that this page has. */
  protected readonly link = computed(() => {
    const url = this.made()?.url ?? '';
    return url.startsWith('/') ? this.origin + url : url;
  });

  /** Projects that somebody can be taken into. */
  protected others({ projects, administrator }: User): { slug: string; name: string }[] {
    if (administrator) return [];
    const own = new Set(projects.map(({ slug }) => slug));
    return (this.projects.data() ?? []).filter(({ slug }) => !own.has(slug));
  }

  protected nameOf(slug: string): string {
    return this.projects.data()?.find((project) => project.slug === slug)?.name || slug;
  }

  protected sureOf({ name }: User, deed: Deed): string {
    return this.words().users.sure[deed](name);
  }

  protected deedOf(deed: Deed): string {
    return this.words().users[deed];
  }

  protected ask({ userId }: User, deed: Deed): void {
    this.asked.set({ userId, deed });
  }

  protected confirm(user: User, deed: Deed): Promise<void> {
    this.asked.set(null);
    const { changed, removed } = this.words().users;
    if (deed === 'remove') {
      return this.attempt(() => this.desk.removeUser(user.userId), removed(user.name));
    }
    const change = deed === 'disable' ? { disabled: true } : { administrator: deed === 'raise' };
    return this.attempt(() => this.desk.changeUser(user.userId, change), changed(user.name));
  }

  protected enable({ userId, name }: User): Promise<void> {
    const text = this.words().users.changed(name);
    return this.attempt(() => this.desk.changeUser(userId, { disabled: false }), text);
  }

  protected reset({ userId }: User): Promise<void> {
    return this.attempt(async () => this.made.set(await this.desk.reset(userId)));
  }

  protected setRole({ userId, name }: User, project: string, event: Event): Promise<void> {
    const role = ((event.target as HTMLSelectElement).value || null) as Role | null;
    const text = this.words().users.changed(name);
    return this.attempt(() => this.desk.setRoleIn(project, userId, role), text);
  }

  protected addTo({ userId, name }: User, event: Event): Promise<void> {
    const select = event.target as HTMLSelectElement;
    const project = select.value;
    select.value = '';
    const text = this.words().users.changed(name);
    return this.attempt(() => this.desk.setRoleIn(project, userId, 'viewer'), text);
  }

  private async attempt(deed: () => Promise<void>, text?: string): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    try {
      await deed();
      if (text !== undefined) this.toasts.show({ tone: 'good', text });
    } catch (error) {
      const { title, detail } = toApiProblem(error);
      const failed = `${this.words().people.failed}: ${title}`;
      this.toasts.show({ tone: 'bad', text: failed, ...(detail !== null && { detail }) });
    } finally {
      this.busy.set(false);
    }
    this.feed.reload();
  }
}
