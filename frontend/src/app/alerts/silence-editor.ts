import {
  Component,
  computed,
  inject,
  input,
  linkedSignal,
  output,
  signal,
  viewChild,
} from '@angular/core';
import type { SilenceField, SilenceMatcher, Weekday } from '@app/contracts';
import { SILENCE_FIELDS, WEEKDAYS } from '@app/contracts';
import { problemLine } from '../api/api-problem';
import { words } from '../i18n/language';
import { Drawer } from '../ui/drawer';
import { Control, Field } from '../ui/field';
import { Note } from '../ui/note';
import { Icon } from '../ui/icon';
import { Toasts } from '../ui/toasts';
import { AlertDesk, fieldProblems } from './alert-desk';
import { emptyMatcher, newSilenceForm, readSilenceForm } from './silence-form';
import type { SilenceForm } from './silence-form';
import { alertsDe } from './words.de';
import { alertsEn } from './words.en';

const MOST_MATCHERS = 20;

/** Makes a silence, or a maintenance window that comes every week. */
@Component({
  selector: 'apt-silence-editor',
  imports: [Control, Drawer, Field, Icon, Note],
  templateUrl: './silence-editor.html',
  styleUrl: './alert-forms.css',
  styles: `
    .matcher {
      display: grid;
      grid-template-columns: minmax(0, 3fr) minmax(0, 2fr) minmax(0, 4fr) 28px;
      align-items: center;
      gap: var(--space-1h);
      margin-bottom: var(--space-1h);
    }
    .matcher .error {
      grid-column: 3 / -1;
    }
    .days {
      gap: 2px var(--space-3);
      margin-bottom: var(--space-2);
    }
  `,
})
export class SilenceEditor {
  readonly agentId = input<string>();
  readonly ruleId = input<string>();
  readonly closed = output();
  readonly saved = output();
  protected readonly desk = inject(AlertDesk);
  private readonly toasts = inject(Toasts);
  private readonly drawer = viewChild.required(Drawer);
  protected readonly fields = SILENCE_FIELDS;
  protected readonly words = words({ en: alertsEn, de: alertsDe });
  protected readonly weekdays = WEEKDAYS;
  protected readonly most = MOST_MATCHERS;

  protected readonly form = linkedSignal<SilenceForm>(() => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    return newSilenceForm(Date.now(), timeZone, {
      agentId: this.agentId(),
      ruleId: this.ruleId(),
    });
  });
  protected readonly read = computed(() => readSilenceForm(this.form()));
  protected readonly problems = signal<Record<string, string>>({});
  protected readonly failure = signal('');
  protected readonly busy = signal(false);

  protected set(change: Partial<SilenceForm>): void {
    this.form.update((form) => ({ ...form, ...change }));
  }

  protected setMatcher(at: number, change: Partial<SilenceMatcher>): void {
    const matchers = this.form().matchers.map((one, i) => (i === at ? { ...one, ...change } : one));
    this.set({ matchers });
  }

  protected setField(at: number, field: string): void {
    this.setMatcher(at, { field: field as SilenceField });
  }

  protected addMatcher(): void {
    this.set({ matchers: [...this.form().matchers, emptyMatcher()] });
  }

  protected removeMatcher(at: number): void {
    this.set({ matchers: this.form().matchers.filter((_, i) => i !== at) });
  }

  protected toggleDay(day: Weekday): void {
    const chosen = this.form().days;
    const others = chosen.filter((one) => one !== day);
    const wanted = others.length === chosen.length ? [...chosen, day] : others;
    this.set({ days: WEEKDAYS.filter((one) => wanted.includes(one)) });
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    const { input, problems } = this.read();
    this.problems.set(problems);
    this.failure.set('');
    if (this.busy() || Object.keys(problems).length > 0) return;
    this.busy.set(true);
    try {
      await this.desk.createSilence(input);
      this.toasts.show({ tone: 'good', text: this.words().silenceEditor.created });
      this.saved.emit();
      this.drawer().close();
    } catch (error) {
      this.problems.set(fieldProblems(error));
      this.failure.set(problemLine(error));
    } finally {
      this.busy.set(false);
    }
  }
}
