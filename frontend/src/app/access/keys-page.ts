import { Component, computed, inject, signal } from '@angular/core';
import type { ApiKey, CreatedApiKey, Scope as KeyScope } from '@app/contracts';
import { SCOPES } from '@app/contracts';
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
import { Note } from '../ui/note';
import { Panel } from '../ui/panel';
import { Toasts } from '../ui/toasts';
import { AccessDesk } from './access-desk';
import { AccessTabs } from './access-tabs';
import { SecretOnce } from './secret-once';
import { accessDe } from './words.de';
import { accessEn } from './words.en';

const DAY_MS = 86_400_000;
const DAYS = [30, 90, 365] as const;

/** The keys of the shown project. */
@Component({
  selector: 'apt-keys-page',
  imports: [AccessTabs, AgePipe, Control, Empty, Field, Note, PageHeader, Panel, SecretOnce],
  templateUrl: './keys-page.html',
  styleUrl: './access-lists.css',
})
export class KeysPage {
  private readonly scope = inject(Scope);
  private readonly desk = inject(AccessDesk);
  private readonly toasts = inject(Toasts);
  private readonly refresh = inject(Refresh);
  protected readonly words = words({ en: accessEn, de: accessDe });
  protected readonly scopes = SCOPES;
  protected readonly days = DAYS;
  protected readonly when = formatInstant;
  protected readonly made = signal<CreatedApiKey | null>(null);
  protected readonly asked = signal<string | null>(null);
  protected readonly busy = signal(false);
  protected readonly failure = signal('');

  protected readonly feed = apiFeed<ApiKey[]>(() => {
    const project = this.scope.project();
    return project === undefined ? undefined : { path: 'keys', params: { project } };
  }, 15_000);
  protected readonly valid = computed(() => this.inState((state) => state === 'valid'));
  protected readonly ended = computed(() => this.inState((state) => state !== 'valid'));

  protected stateOf({ revokedAt, expiresAt }: ApiKey): 'valid' | 'revoked' | 'expired' {
    if (revokedAt !== null) return 'revoked';
    const isOver = expiresAt !== null && Date.parse(expiresAt) <= this.refresh.now();
    return isOver ? 'expired' : 'valid';
  }

  protected async create(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const scopes = data.getAll('scope') as KeyScope[];
    const name = (data.get('name') as string).trim();
    const days = Number(data.get('days'));
    if (scopes.length === 0) return this.failure.set(this.words().keys.needScope);
    const expiresAt = days > 0 ? new Date(Date.now() + days * DAY_MS).toISOString() : null;
    await this.attempt(async () => {
      this.made.set(await this.desk.createKey({ name, scopes, expiresAt }));
      form.reset();
    });
  }

  protected async revoke(key: ApiKey): Promise<void> {
    this.asked.set(null);
    try {
      await this.desk.revokeKey(key.keyId);
      this.toasts.show({ tone: 'good', text: this.words().keys.revoked(key.name) });
    } catch (error) {
      const { title, detail } = toApiProblem(error);
      const text = `${this.words().keys.notRevoked}: ${title}`;
      this.toasts.show({ tone: 'bad', text, ...(detail !== null && { detail }) });
    }
    this.feed.reload();
  }

  private inState(isWanted: (state: string) => boolean): ApiKey[] {
    return (this.feed.data() ?? []).filter((key) => isWanted(this.stateOf(key)));
  }

  private async attempt(deed: () => Promise<void>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failure.set('');
    try {
      await deed();
      this.feed.reload();
    } catch (error) {
      const { title, detail } = toApiProblem(error);
      this.failure.set([this.words().keys.notMade, title, detail].filter(Boolean).join(' · '));
    } finally {
      this.busy.set(false);
    }
  }
}
