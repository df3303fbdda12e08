import { DOCUMENT } from '@angular/common';
import { Component, inject, signal } from '@angular/core';
import type { InvitationOffer } from '@app/contracts';
import { toApiProblem } from '../api/api-problem';
import { formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { HOME } from '../scope/home';
import { Control, Field } from '../ui/field';
import { Note } from '../ui/note';
import { FrontDesk } from './access-desk';
import { FrontDoor } from './front-door';
import { accessDe } from './words.de';
import { accessEn } from './words.en';

/** Takes a link up. The token stands behind the #, which browsers send to nobody. */
@Component({
  selector: 'apt-invitation-page',
  imports: [Control, Field, FrontDoor, Note],
  template: `
    <apt-front-door
      [lead]="words().signIn.lead"
      [heading]="over() ? words().invitation.over : words().invitation.title"
    >
      @if (over()) {
        <p class="hint">{{ words().invitation.overHint }}</p>
      } @else if (offer(); as offer) {
        <p class="offer">
          <bdi>{{ words().invitation.offer(offer.createdBy, offer.projectName) }}</bdi>
          {{ words().invitation.role }}
          <strong>{{ words().role[offer.role] }}</strong>: {{ words().roleHint[offer.role] }}.
          <span class="hint">{{ words().invitation.until(when(offer.expiresAt)) }}</span>
        </p>
        <form (submit)="accept($event, name.value, password.value)" novalidate>
          <apt-field [label]="words().invitation.name" [hint]="words().invitation.nameHint">
            <input aptControl #name name="username" autocomplete="username" autocapitalize="none" />
          </apt-field>
          <apt-field [label]="words().invitation.password" [hint]="words().invitation.passwordHint">
            <input
              aptControl
              #password
              type="password"
              name="password"
              autocomplete="new-password"
            />
          </apt-field>
          @if (failure()) {
            <apt-note tone="bad" role="alert">{{ failure() }}</apt-note>
          }
          <button class="button primary" [attr.aria-busy]="busy() || null">
            {{ words().invitation.submit }}
          </button>
        </form>
      } @else if (failure()) {
        <apt-note tone="bad" role="alert">{{ failure() }}</apt-note>
      }
    </apt-front-door>
  `,
  styleUrl: './front-door.css',
  styles: `
    .offer {
      margin: 0;
      line-height: 1.6;
    }
  `,
})
export class InvitationPage {
  private readonly desk = inject(FrontDesk);
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly token = (this.window?.location.hash ?? '').slice(1);
  protected readonly words = words({ en: accessEn, de: accessDe });
  protected readonly when = formatInstant;
  protected readonly offer = signal<InvitationOffer | null>(null);
  protected readonly over = signal(false);
  protected readonly busy = signal(false);
  protected readonly failure = signal('');

  constructor() {
    void this.attempt(async () => this.offer.set(await this.desk.offer(this.token)));
  }

  protected async accept(event: Event, name: string, password: string): Promise<void> {
    event.preventDefault();
    await this.attempt(async () => {
      await this.desk.accept(this.token, name.trim(), password);
      this.window?.location.assign(HOME);
    });
  }

  private async attempt(deed: () => Promise<unknown>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failure.set('');
    try {
      await deed();
    } catch (error) {
      const { title, detail, code } = toApiProblem(error);
      const isOver = code === 'unknown-invitation' || this.offer() === null;
      this.over.set(isOver && code !== 'unreachable');
      this.failure.set([title, detail].filter(Boolean).join(' · '));
    } finally {
      this.busy.set(false);
    }
  }
}
