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
import type { AlertRule, CustomRuleType } from '@app/contracts';
import { problemLine } from '../api/api-problem';
import { words } from '../i18n/language';
import { Drawer } from '../ui/drawer';
import { Control, Field } from '../ui/field';
import { Note } from '../ui/note';
import { Picker } from '../ui/picker';
import { Toasts } from '../ui/toasts';
import { AlertDesk, fieldProblems, isConflict } from './alert-desk';
import { ruleName } from './alert-words';
import { BacktestPanel } from './backtest-panel';
import { newRuleForm, readRuleForm, ruleFields, toRuleForm } from './rule-form';
import type { RuleField, RuleForm } from './rule-form';
import { rulesDe } from './rule-words.de';
import { rulesEn } from './rule-words.en';

/** Changes a rule or makes a new one, and lets it be tried on what was. */
@Component({
  selector: 'apt-rule-editor',
  imports: [BacktestPanel, Control, Drawer, Field, Note, Picker],
  templateUrl: './rule-editor.html',
  styleUrl: './alert-forms.css',
  styles: `
    .switches {
      gap: var(--space-1) var(--space-5);
      margin-bottom: var(--space-3);
    }
    .save {
      justify-content: space-between;
      margin-bottom: var(--space-4);
    }
  `,
})
export class RuleEditor {
  /** Null: a new one of `type`. */
  readonly rule = input.required<AlertRule | null>();
  readonly type = input<CustomRuleType>('threshold');
  readonly closed = output();
  readonly saved = output();
  /** The reader wants the rule as the server has it. */
  readonly reload = output();

  private readonly desk = inject(AlertDesk);
  private readonly toasts = inject(Toasts);
  protected readonly words = words({ en: rulesEn, de: rulesDe });
  private readonly drawer = viewChild.required(Drawer);

  protected readonly form = linkedSignal<RuleForm>(() => {
    const rule = this.rule();
    return rule === null ? newRuleForm(this.type()) : toRuleForm(rule);
  });
  protected readonly groups = computed(() => ruleFields(this.form()));
  protected readonly read = computed(() => readRuleForm(this.form()));
  protected readonly tryable = computed(() => {
    const { input, problems } = this.read();
    // A rule without a name can be tried.
    return Object.keys(problems).every((key) => key === 'name') ? input : null;
  });
  protected readonly heading = computed(() => {
    const { editor } = this.words();
    const rule = this.rule();
    return rule === null ? editor.heading(editor.new[this.type()]) : ruleName(rule);
  });
  protected readonly problems = signal<Record<string, string>>({});
  protected readonly failure = signal('');
  protected readonly conflict = signal(false);
  protected readonly busy = signal(false);
  protected readonly sure = signal(false);

  protected set(key: RuleField, value: string): void {
    this.form.update((form) => ({ ...form, [key]: value }));
    // One level can be wrong because of another: what was said holds no longer.
    this.problems.set({});
  }

  protected switch(key: 'enabled' | 'muted', on: boolean): void {
    this.form.update((form) => ({ ...form, [key]: on }));
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    const { input, problems } = this.read();
    this.problems.set(problems);
    if (Object.keys(problems).length > 0) return;
    await this.attempt(async () => {
      await this.desk.saveRule(input, this.rule());
      this.toasts.show({ tone: 'good', text: this.words().editor.saved(input.name ?? '') });
    });
  }

  protected async remove(): Promise<void> {
    const rule = this.rule();
    if (rule === null) return;
    if (!this.sure()) {
      this.sure.set(true);
      return;
    }
    await this.attempt(async () => {
      await this.desk.deleteRule(rule);
      this.toasts.show({ tone: 'good', text: this.words().editor.deleted(rule.name) });
    });
  }

  protected readAgain(): void {
    this.conflict.set(false);
    this.failure.set('');
    this.reload.emit();
  }

  private async attempt(deed: () => Promise<void>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failure.set('');
    this.conflict.set(false);
    try {
      await deed();
      this.saved.emit();
      this.drawer().close();
    } catch (error) {
      this.problems.set(fieldProblems(error));
      this.conflict.set(isConflict(error));
      this.failure.set(problemLine(error));
    } finally {
      this.busy.set(false);
    }
  }
}
