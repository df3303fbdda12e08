import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import type { AlertChange } from '@app/contracts';
import { EventBus } from '@app/platform';

/** At most one `updated` per alert and this span, so that a storm of breaches is no storm of news. */
const UPDATE_GAP_MS = 1000;

/** Publishes what became of alerts. The newest update is never lost, only late by up to a second. */
@Injectable()
export class AlertAnnouncer implements OnModuleDestroy {
  private readonly announcedAtMs = new Map<string, number>();
  private readonly held = new Map<string, AlertChange>();
  private timer?: NodeJS.Timeout;

  constructor(private readonly bus: EventBus) {}

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  announce(changes: readonly AlertChange[]): void {
    const nowMs = performance.now();
    for (const change of changes) {
      const { id } = change.alert;
      const heldBack = nowMs - (this.announcedAtMs.get(id) ?? -Infinity) < UPDATE_GAP_MS;
      if (change.transition === 'updated' && heldBack) this.held.set(id, change);
      else this.publish(change, nowMs);
    }
    if (this.announcedAtMs.size > 0) this.timer ??= this.later();
  }

  private publish(change: AlertChange, nowMs: number): void {
    const { id } = change.alert;
    this.held.delete(id);
    if (change.transition === 'resolved' || change.transition === 'cleared')
      this.announcedAtMs.delete(id);
    else this.announcedAtMs.set(id, nowMs);
    this.bus.publish('alertChanged', change);
  }

  private later(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.timer = undefined;
      this.release();
    }, UPDATE_GAP_MS);
    return timer.unref();
  }

  private release(): void {
    const due = [...this.held.values()];
    this.held.clear();
    const nowMs = performance.now();
    for (const [id, atMs] of this.announcedAtMs) {
      if (nowMs - atMs >= UPDATE_GAP_MS) this.announcedAtMs.delete(id);
    }
    this.announce(due);
  }
}
