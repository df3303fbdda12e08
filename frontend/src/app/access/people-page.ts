import { Component, computed, inject, signal } from '@angular/core';
import type { CreatedInvitation, Invitation, Member, Role } from '@app/contracts';
import { ROLES } from '@app/contracts';
import { DOCUMENT } from '@angular/common';
import { apiFeed } from '../api/api-feed';
import { toApiProblem } from '../api/api-problem';
import { Refresh } from '../api/refresh';
import { formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { AgePipe } from '../ui/age';
import { Empty } from '../ui/empty';
import { Control, Field } from '../ui/field';
import { Panel } from '../ui/panel';
import { Toasts } from '../ui/toasts';
import { AccessDesk } from './access-desk';
import { AccessTabs } from './access-tabs';
import { SecretOnce } from './secret-once';
import { accessDe } from './words.de';
import { accessEn } from './words.en';

/** Who may sign in to the shown project, and who is invited. */
@Component({
  selector: 'apt-people-page',
  imports: [AccessTabs, AgePipe, Control, Empty, Field, PageHeader, Panel, SecretOnce],
  templateUrl: './people-page.html',
  styleUrl: './access-lists.css',
})
export class PeoplePage {
  private readonly scope = inject(Scope);
  private readonly desk = inject(AccessDesk);
  private readonly toasts = inject(Toasts);
  private readonly refresh = inject(Refresh);
  private readonly origin = inject(DOCUMENT).location.origin;
  protected readonly words = words({ en: accessEn, de: accessDe });
  protected readonly roles = ROLES;
  protected readonly when = formatInstant;
  protected readonly made = signal<CreatedInvitation | null>(null);
  protected readonly asked = signal<string | null>(null);
  protected readonly busy = signal(false);

  protected readonly members = this.feedOf<Member[]>('members');
  protected readonly invitations = this.feedOf<Invitation[]>('invitations');
  protected readonly open = computed(() =>
    (this.invitations.data() ?? []).filter(
      ({ usedAt, expiresAt }) => usedAt === null && Date.parse(expiresAt) > this.refresh.now(),
    ),
  );
  /** Where no public address is configured, the one that this page has. */
  protected readonly link = computed(() => {
    const url = this.made()?.url ?? '';
    return url.startsWith('/') ? this.origin + url : url;
  });

  protected setRole(member: Member, event: Event): Promise<void> {
    const role = (event.target as HTMLSelectElement).value as Role;
    const { people, role: names } = this.words();
    const text = people.changed(member.name, names[role]);
    return this.attempt(() => this.desk.setRole(member.userId, role), text);
  }

  protected remove(member: Member): Promise<void> {
    this.asked.set(null);
    const text = this.words().people.removed(member.name);
    return this.attempt(() => this.desk.removeMember(member.userId), text);
  }

  protected invite(event: Event, role: string, note: string): Promise<void> {
    event.preventDefault();
    return this.attempt(async () => {
      this.made.set(await this.desk.invite(role as Role, note.trim()));
      (event.target as HTMLFormElement).reset();
    });
  }

  protected takeBack(invitation: Invitation): Promise<void> {
    const text = this.words().people.takenBack;
    return this.attempt(() => this.desk.takeBack(invitation.invitationId), text);
  }

  private feedOf<T>(path: string) {
    return apiFeed<T>(() => {
      const project = this.scope.project();
      return project === undefined ? undefined : { path, params: { project } };
    }, 15_000);
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
    this.members.reload();
    this.invitations.reload();
  }
}
