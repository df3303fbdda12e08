import { Component, computed, inject, signal, viewChild } from '@angular/core';
import type { ChannelKind, NotificationChannel, NotificationDelivery } from '@app/contracts';
import { CHANNEL_KINDS } from '@app/contracts';
import { AccessTabs } from '../access/access-tabs';
import { AlertDesk } from '../alerts/alert-desk';
import { apiFeed } from '../api/api-feed';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { PageHeader } from '../shell/page-header';
import { Empty } from '../ui/empty';
import { Panel } from '../ui/panel';
import { Toasts } from '../ui/toasts';
import { ChannelDesk } from './channel-desk';
import { ChannelEditor } from './channel-editor';
import { filterWords } from './channel-form';
import { DeliveryLog } from './delivery-log';
import { channelWords } from './words';
import { settingsDe } from './words.de';
import { settingsEn } from './words.en';

const RECENT = 200;

/** Where the project's alerts are told. */
@Component({
  selector: 'apt-settings-page',
  imports: [AccessTabs, Empty, PageHeader, Panel, ChannelEditor, DeliveryLog],
  templateUrl: './settings-page.html',
  styleUrl: './settings-page.css',
})
export class SettingsPage {
  private readonly scope = inject(Scope);
  private readonly desk = inject(ChannelDesk);
  private readonly alerts = inject(AlertDesk);
  private readonly toasts = inject(Toasts);
  private readonly log = viewChild.required(DeliveryLog);
  protected readonly kinds = CHANNEL_KINDS;
  protected readonly said = words({ en: settingsEn, de: settingsDe });
  protected readonly channelWords = channelWords;
  protected readonly filters = filterWords;
  protected readonly edited = signal<{
    kind: ChannelKind;
    channel: NotificationChannel | null;
  } | null>(null);
  protected readonly testing = signal<string | null>(null);

  protected readonly feed = apiFeed<NotificationChannel[]>(() => {
    const project = this.scope.project();
    return project === undefined
      ? undefined
      : { path: 'notifications/channels', params: { project } };
  });
  private readonly recent = apiFeed<NotificationDelivery[]>(() => {
    const project = this.scope.project();
    return project === undefined
      ? undefined
      : { path: 'notifications/deliveries', params: { project, limit: RECENT } };
  });
  /** The newest delivery of each channel among the recent ones. */
  protected readonly last = computed(() => {
    const newestLast = [...(this.recent.data() ?? [])].reverse();
    return new Map(newestLast.map((delivery) => [delivery.channelId, delivery]));
  });

  protected edit(kind: ChannelKind, channel: NotificationChannel | null): void {
    this.edited.set({ kind, channel });
  }

  protected async loadAgain(): Promise<void> {
    const now = this.edited()?.channel;
    if (!now) return;
    try {
      const channel = await this.desk.read(now.id);
      this.edited.set({ kind: channel.kind, channel });
    } catch (error) {
      this.alerts.complain(this.said().channels.notLoaded, error);
    }
    this.feed.reload();
  }

  protected reload(): void {
    this.feed.reload();
    this.recent.reload();
  }

  protected async test(channel: NotificationChannel): Promise<void> {
    this.testing.set(channel.id);
    try {
      const { state, responseStatus, errorCode, errorDetail } = await this.desk.test(channel);
      const why = [responseStatus, errorDetail ?? errorCode].filter(Boolean).join(' · ');
      this.toasts.show({
        tone: state === 'sent' ? 'good' : 'bad',
        text:
          state === 'sent'
            ? this.said().channels.testSent(channel.name)
            : this.said().channels.testFailed(channel.name),
        detail: why,
      });
    } catch (error) {
      this.alerts.complain(this.said().channels.notTested(channel.name), error);
    } finally {
      this.testing.set(null);
    }
    this.recent.reload();
    this.log().reload();
  }
}
