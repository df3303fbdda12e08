import { DOCUMENT } from '@angular/common';
import { Component, afterNextRender, inject, input, signal, viewChild } from '@angular/core';
import type { ElementRef } from '@angular/core';
import { toApiProblem } from '../api/api-problem';
import { words } from '../i18n/language';
import { Control, Field } from '../ui/field';
import { Note } from '../ui/note';
import { FrontDesk } from './access-desk';
import { FrontDoor } from './front-door';
import { returnAddress } from './return-address';
import { accessDe } from './words.de';
import { accessEn } from './words.en';

/** Where people sign in, with their name or with a key. */
@Component({
  selector: 'apt-sign-in-page',
  imports: [Control, Field, FrontDoor, Note],
  template: `
    <apt-front-door [lead]="words().lead" [heading]="words().title">
      <form (submit)="signIn($event)" novalidate>
        @if (byKey()) {
          <apt-field [label]="words().key">
            <input
              aptControl
              #first
              #key
              type="password"
              name="key"
              autocomplete="off"
              spellcheck="false"
            />
          </apt-field>
        } @else {
          <apt-field [label]="words().name">
            <input
              aptControl
              #first
              #name
              name="username"
              autocomplete="username"
              autocapitalize="none"
              spellcheck="false"
            />
          </apt-field>
          <apt-field [label]="words().password">
            <input
              aptControl
              #password
              name="password"
              autocomplete="current-password"
              [type]="shown() ? 'text' : 'password'"
            />
          </apt-field>
          <button type="button" class="link-button quiet" (click)="shown.set(!shown())">
            {{ shown() ? words().hide : words().show }}
          </button>
        }
        @if (failure()) {
          <apt-note tone="bad" role="alert" data-testid="sign-in-error">{{ failure() }}</apt-note>
        }
        <button class="button primary" data-testid="sign-in" [attr.aria-busy]="busy() || null">
          {{ busy() ? words().busy : words().submit }}
        </button>
        <button type="button" class="link-button" data-testid="by-key" (click)="toggle()">
          {{ byKey() ? words().withName : words().withKey }}
        </button>
        @if (!byKey()) {
          <p class="hint">{{ words().forgot }}</p>
        }
      </form>
    </apt-front-door>
  `,
  styleUrl: './front-door.css',
})
export class SignInPage {
  /** Where to go afterwards; out of the address. */
  readonly return = input<string>();

  private readonly desk = inject(FrontDesk);
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly first = viewChild<ElementRef<HTMLInputElement>>('first');
  private readonly name = viewChild<ElementRef<HTMLInputElement>>('name');
  private readonly password = viewChild<ElementRef<HTMLInputElement>>('password');
  private readonly key = viewChild<ElementRef<HTMLInputElement>>('key');
  protected readonly words = words({ en: accessEn.signIn, de: accessDe.signIn });
  protected readonly byKey = signal(false);
  protected readonly shown = signal(false);
  protected readonly busy = signal(false);
  protected readonly failure = signal('');

  constructor() {
    afterNextRender(() => this.first()?.nativeElement.focus());
  }

  protected toggle(): void {
    this.byKey.set(!this.byKey());
    this.failure.set('');
    setTimeout(() => this.first()?.nativeElement.focus());
  }

  protected async signIn(event: Event): Promise<void> {
    event.preventDefault();
    const typed = (field?: ElementRef<HTMLInputElement>): string =>
      field?.nativeElement.value ?? '';
    const key = typed(this.key()).trim();
    const [name, password] = [typed(this.name()).trim(), typed(this.password())];
    if (this.busy()) return;
    if (this.byKey() ? key === '' : name === '' || password === '') {
      this.failure.set(this.words().missing);
      return;
    }
    this.busy.set(true);
    this.failure.set('');
    try {
      await this.desk.signIn(this.byKey() ? { key } : { name, password });
      // Anew, so that nothing of what was there before somebody signed in stays.
      this.window?.location.assign(returnAddress(this.return()));
    } catch (error) {
      const { title, detail } = toApiProblem(error);
      this.failure.set([title, detail].filter(Boolean).join(' · '));
      this.busy.set(false);
    }
  }
}
