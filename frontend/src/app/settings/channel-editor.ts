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
import type { ChannelKind, NotificationChannel } from '@app/contracts';
import { SEVERITIES } from '@app/contracts';
import { isConflict } from '../alerts/alert-desk';
import { Drawer } from '../alerts/drawer';
import { toApiProblem } from '../api/api-problem';
import { KIND_WORDS, SETTINGS, channelForm, channelInput, channelProblems } from './channel-form';
import type { ChannelForm } from './channel-form';
import { ChannelDesk } from './channel-desk';

/** A channel being made or changed. */
@Component({
  selector: 'apt-channel-editor',
  imports: [Drawer],
  templateUrl: './channel-editor.html',
  styleUrls: ['../alerts/alert-forms.css'],
})
export class ChannelEditor {
  readonly kind = input.required<ChannelKind>();
  /** Null: a new one. */
  readonly channel = input.required<NotificationChannel | null>();
  readonly closed = output();
  readonly saved = output();
  readonly readAgain = output();

  private readonly desk = inject(ChannelDesk);
  private readonly drawer = viewChild.required(Drawer);
  protected readonly severities = SEVERITIES;
  protected readonly groupings = [
    { value: 'rule', label: 'Alerts of a rule' },
    { value: 'agent', label: 'Alerts of a rule and agent' },
    { value: 'alert', label: 'None: one message each' },
  ] as const;
  protected readonly patterns = [
    { key: 'agents', label: 'Only these agents' },
    { key: 'agentTypes', label: 'Only these agent types' },
  ] as const;
  protected readonly specs = computed(() => SETTINGS[this.kind()]);
  protected readonly heading = computed(
    () => this.channel()?.name ?? `New channel: ${KIND_WORDS[this.kind()]}`,
  );
  protected readonly form = linkedSignal(() => channelForm(this.kind(), this.channel()));
  protected readonly problems = signal<Record<string, string>>({});
  protected readonly failure = signal('');
  protected readonly conflict = linkedSignal({ source: this.channel, computation: () => false });
  protected readonly busy = signal(false);
  protected readonly sure = signal(false);

  protected set(change: Partial<ChannelForm>): void {
    this.form.update((form) => ({ ...form, ...change }));
  }

  protected pattern(key: 'agents' | 'agentTypes', value: string): void {
    this.set({ [key]: value });
  }

  protected setting(key: string, value: string): void {
    this.form.update((form) => ({ ...form, settings: { ...form.settings, [key]: value } }));
  }

  protected problemOf(key: string): string | undefined {
    return this.problems()[`settings.${key}`] ?? this.problems()[key];
  }

  protected secretWords(key: string): string | null {
    const hint = this.channel()?.secrets[key];
    if (hint === undefined) return null;
    const end = hint.last4 === null ? '' : `, ends in ${hint.last4}`;
    return `Set${end}. Type a new one to replace it.`;
  }

  protected save(event: Event): Promise<void> {
    event.preventDefault();
    const before = this.channel();
    const body = channelInput(this.kind(), this.form(), before);
    return this.attempt(() => this.desk.save(this.kind(), body, before));
  }

  protected async remove(): Promise<void> {
    const channel = this.channel();
    if (channel === null) return;
    if (!this.sure()) return this.sure.set(true);
    await this.attempt(() => this.desk.remove(channel));
  }

  private async attempt(deed: () => Promise<unknown>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.failure.set('');
    this.problems.set({});
    this.conflict.set(false);
    try {
      await deed();
      this.saved.emit();
      this.drawer().close();
    } catch (error) {
      this.conflict.set(isConflict(error));
      this.problems.set(channelProblems(error));
      const { title, detail, requestId } = toApiProblem(error);
      const said = [title, detail, requestId && `Request ${requestId}`].filter(Boolean);
      this.failure.set(said.join(' · '));
    } finally {
      this.busy.set(false);
      this.sure.set(false);
    }
  }
}
