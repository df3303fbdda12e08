import { Component, computed, inject, signal } from '@angular/core';
import type { SessionPlace } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { toApiProblem } from '../api/api-problem';
import { formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { Rights } from '../scope/rights';
import { AppearanceSettings } from '../settings/appearance';
import { PageHeader } from '../shell/page-header';
import { AgePipe } from '../ui/age';
import { Control, Field } from '../ui/field';
import { Note } from '../ui/note';
import { Panel } from '../ui/panel';
import { Toasts } from '../ui/toasts';
import { AccessDesk } from './access-desk';
import { AccessTabs } from './access-tabs';
import { readUserAgent } from './user-agent';
import { accessDe } from './words.de';
import { accessEn } from './words.en';

/** What is one's own: rights, sessions, password, and how the dashboard looks here. */
@Component({
  selector: 'apt-account-page',
  imports: [AccessTabs, AgePipe, AppearanceSettings, Control, Field, Note, PageHeader, Panel],
  templateUrl: './account-page.html',
  styleUrls: ['./access-lists.css', './account-page.css'],
})
export class AccountPage {
  private readonly rights = inject(Rights);
  private readonly desk = inject(AccessDesk);
  private readonly toasts = inject(Toasts);
  protected readonly words = words({ en: accessEn, de: accessDe });
  protected readonly when = formatInstant;
  protected readonly session = this.rights.session;
  protected readonly busy = signal(false);
  protected readonly failure = signal('');

  protected readonly feed = apiFeed<SessionPlace[]>(
    () => (this.session()?.kind === 'user' ? { path: 'auth/sessions' } : undefined),
    15_000,
  );
  protected readonly others = computed(() =>
    (this.feed.data() ?? []).some(({ current }) => !current),
  );
  /** What one may do where: the widest right of each project says it. */
  protected readonly roles = computed(() => {
    const session = this.session();
    const { scope } = this.words();
    return (session?.projects ?? []).map(({ slug, name, scopes }) => ({
      slug,
      name: name || slug,
      rights: scopes.map((one) => scope[one]).join(' · '),
    }));
  });

  protected programOf({ userAgent }: SessionPlace): string {
    const read = readUserAgent(userAgent);
    const { browser, unknownAgent } = this.words().account;
    return read ? browser(read.browser, read.system) : (userAgent ?? unknownAgent);
  }

  /** @param place null: all others */
  protected async end(place: SessionPlace | null): Promise<void> {
    const { ended, endedOthers } = this.words().account;
    await this.attempt(() => this.desk.endSession(place?.sessionId ?? null));
    if (this.failure() === '') {
      this.toasts.show({ tone: 'good', text: place === null ? endedOthers : ended });
    } else {
      this.toasts.show({ tone: 'bad', text: this.failure() });
      this.failure.set('');
    }
    this.feed.reload();
  }

  protected async change(
    event: Event,
    current: string,
    wanted: string,
    again: string,
  ): Promise<void> {
    event.preventDefault();
    const { needed, notTheSame, changed } = this.words().account;
    if (current === '' || wanted === '' || again === '') return this.failure.set(needed);
    if (wanted !== again) return this.failure.set(notTheSame);
    await this.attempt(() => this.desk.changePassword(current, wanted));
    if (this.failure() !== '') return;
    (event.target as HTMLFormElement).reset();
    this.toasts.show({ tone: 'good', text: changed });
    this.feed.reload();
  }

  private async attempt(deed: () => Promise<void>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failure.set('');
    try {
      await deed();
    } catch (error) {
      const { title, detail } = toApiProblem(error);
      this.failure.set([title, detail].filter(Boolean).join(' · '));
    } finally {
      this.busy.set(false);
    }
  }
}
