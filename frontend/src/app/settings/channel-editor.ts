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
import { CHANNEL_GROUPINGS, SEVERITIES } from '@app/contracts';
import { isConflict } from '../alerts/alert-desk';
import { problemLine } from '../api/api-problem';
import { words } from '../i18n/language';
import { Drawer } from '../ui/drawer';
import { Control, Field } from '../ui/field';
import { Note } from '../ui/note';
import { uiDe } from '../ui/words.de';
import { uiEn } from '../ui/words.en';
import { SETTINGS, channelForm, channelInput, channelProblems } from './channel-form';
import type { ChannelForm, SettingSpec } from './channel-form';
import { ChannelDesk } from './channel-desk';
import { channelsDe } from './channel-words.de';
import { channelsEn } from './channel-words.en';

/** A channel being made or changed. */
@Component({
  selector: 'apt-channel-editor',
  imports: [Control, Drawer, Field, Note],
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
  protected readonly groupings = CHANNEL_GROUPINGS;
  protected readonly patterns = ['agents', 'agentTypes'] as const;
  protected readonly words = words({ en: channelsEn, de: channelsDe });
  protected readonly grades = words({ en: uiEn.severity, de: uiDe.severity });
  protected readonly specs = computed(() => SETTINGS[this.kind()]);
  protected readonly heading = computed(
    () => this.channel()?.name ?? this.words().editor.heading(this.words().kinds[this.kind()]),
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

  /** Of a secret that is kept: how it ends. */
  protected hintOf({ key, hint }: SettingSpec): string {
    const { editor, hints } = this.words();
    const kept = this.channel()?.secrets[key];
    if (kept !== undefined) return editor.secretSet(kept.last4);
    return hint === undefined ? '' : hints[hint];
  }

  protected labelOf({ label, optional }: SettingSpec): string {
    const { settings, editor } = this.words();
    return optional === true ? editor.optional(settings[label]) : settings[label];
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
      this.failure.set(problemLine(error));
    } finally {
      this.busy.set(false);
      this.sure.set(false);
    }
  }
}
