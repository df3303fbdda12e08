import { Component, computed, inject, input, output, signal } from '@angular/core';
import type { Alert } from '@app/contracts';
import { words } from '../i18n/language';
import { AlertDesk } from './alert-desk';
import type { AlertDeed } from './alert-desk';
import { alertsDe } from './words.de';
import { alertsEn } from './words.en';

export const SNOOZES = [
  { forMs: 1_800_000 },
  { forMs: 3_600_000 },
  { forMs: 4 * 3_600_000 },
  { forMs: 24 * 3_600_000 },
  { forMs: 7 * 24 * 3_600_000 },
] as const;

/** What can be done about some alerts, with a note and in somebody's name. */
@Component({
  selector: 'apt-alert-actions',
  template: `
    <div class="row">
      @if (has('firing')) {
        <button
          type="button"
          class="button primary"
          data-testid="act-acknowledge"
          data-write
          [disabled]="busy()"
          (click)="act({ action: 'acknowledge' })"
        >
          {{ words().acknowledge }}
        </button>
      }
      @if (has('acknowledged')) {
        <button
          type="button"
          class="button"
          [disabled]="busy()"
          data-write
          (click)="act({ action: 'unacknowledge' })"
        >
          {{ words().takeBack }}
        </button>
      }
      <button
        type="button"
        class="button"
        data-testid="act-resolve"
        data-write
        [disabled]="busy()"
        (click)="act({ action: 'resolve' })"
      >
        {{ words().resolve }}
      </button>
      <select
        [attr.aria-label]="words().snoozeFor"
        data-testid="act-snooze"
        data-write
        [disabled]="busy()"
        (change)="snooze($event)"
      >
        <option value="" selected>{{ words().snooze }}</option>
        @for (one of snoozes; track one.forMs) {
          <option [value]="one.forMs">{{ words().snoozes[$index] }}</option>
        }
        @if (snoozed()) {
          <option value="0">{{ words().endSnooze }}</option>
        }
      </select>
      <input
        class="text"
        [attr.aria-label]="words().note"
        [placeholder]="words().note"
        data-testid="act-note"
        maxlength="1000"
        [value]="note()"
        (input)="note.set($any($event.target).value)"
      />
      <input
        class="name"
        [attr.aria-label]="words().name"
        [placeholder]="words().name"
        data-testid="act-name"
        maxlength="200"
        autocomplete="name"
        [value]="desk.name()"
        (input)="desk.setName($any($event.target).value)"
      />
    </div>
  `,
  styleUrl: './alert-forms.css',
  styles: `
    select {
      width: auto;
    }
    .text {
      flex: 1 1 160px;
      width: auto;
    }
    .name {
      flex: 0 1 130px;
      width: auto;
    }
  `,
})
export class AlertActions {
  readonly alerts = input.required<readonly Alert[]>();
  /** All went well. */
  readonly done = output();
  protected readonly desk = inject(AlertDesk);
  protected readonly snoozes = SNOOZES;
  protected readonly words = words({ en: alertsEn, de: alertsDe });
  protected readonly note = signal('');
  protected readonly busy = signal(false);
  protected readonly snoozed = computed(() =>
    this.alerts().some(({ snoozedUntil }) => Date.parse(snoozedUntil ?? '') > Date.now()),
  );

  protected has(state: Alert['state']): boolean {
    return this.alerts().some((alert) => alert.state === state);
  }

  protected snooze(event: Event): void {
    const select = event.target as HTMLSelectElement;
    const chosen = select.value;
    select.value = '';
    if (chosen === '') return;
    const forMs = Number(chosen);
    void this.act(forMs === 0 ? { action: 'unsnooze' } : { action: 'snooze', forMs });
  }

  protected async act(deed: AlertDeed): Promise<void> {
    this.busy.set(true);
    const well = await this.desk.act(this.alerts(), { ...deed, note: this.note().trim() });
    this.busy.set(false);
    if (!well) return;
    this.note.set('');
    this.done.emit();
  }
}
