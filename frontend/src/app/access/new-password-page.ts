import { DOCUMENT } from '@angular/common';
import { Component, inject, signal } from '@angular/core';
import type { PasswordResetOffer } from '@app/contracts';
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

/** Takes up a link for a new password. The token stands behind the #, which is sent to nobody. */
@Component({
  selector: 'apt-new-password-page',
  imports: [Control, Field, FrontDoor, Note],
  template: `
    <apt-front-door
      [lead]="words().signIn.lead"
      [heading]="over() ? words().reset.over : words().reset.title"
    >
      @if (over()) {
        <p class="hint" data-testid="reset-over">{{ words().reset.overHint }}</p>
      } @else if (offer(); as offer) {
        <p class="hint">
          <strong
            ><bdi>{{ words().reset.for(offer.name) }}</bdi></strong
          >. {{ words().reset.until(when(offer.expiresAt)) }}
        </p>
        <form (submit)="accept($event, password.value)" novalidate>
          <input hidden name="username" autocomplete="username" [value]="offer.name" />
          <apt-field [label]="words().reset.password" [hint]="words().invitation.passwordHint">
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
          <button
            class="button primary"
            data-testid="reset-accept"
            [attr.aria-busy]="busy() || null"
          >
            {{ words().reset.submit }}
          </button>
        </form>
      } @else if (failure()) {
        <apt-note tone="bad" role="alert">{{ failure() }}</apt-note>
      }
    </apt-front-door>
  `,
  styleUrl: './front-door.css',
})
export class NewPasswordPage {
  private readonly desk = inject(FrontDesk);
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly token = (this.window?.location.hash ?? '').slice(1);
  protected readonly words = words({ en: accessEn, de: accessDe });
  protected readonly when = formatInstant;
  protected readonly offer = signal<PasswordResetOffer | null>(null);
  protected readonly over = signal(false);
  protected readonly busy = signal(false);
  protected readonly failure = signal('');

  constructor() {
    void this.attempt(async () => this.offer.set(await this.desk.resetOffer(this.token)));
  }

  protected async accept(event: Event, password: string): Promise<void> {
    event.preventDefault();
    await this.attempt(async () => {
      await this.desk.acceptReset(this.token, password);
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
      const isOver = code === 'unknown-reset' || this.offer() === null;
      this.over.set(isOver && code !== 'unreachable');
      this.failure.set([title, detail].filter(Boolean).join(' · '));
    } finally {
      this.busy.set(false);
    }
  }
}
