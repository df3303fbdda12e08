import { Component, computed, inject, linkedSignal } from '@angular/core';
import type { ScheduleReading, Status } from '@app/contracts';
import { apiFeed } from '../api/api-feed';
import { Refresh } from '../api/refresh';
import {
  formatAge,
  formatAs,
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatExact,
  formatInstant,
  formatScore,
} from '../format/format';
import { words } from '../i18n/language';
import { PageHeader } from '../shell/page-header';
import { Icon } from '../ui/icon';
import { Panel } from '../ui/panel';
import { SeverityBadge } from '../ui/severity-badge';
import { Sparkline } from '../ui/sparkline';
import { Figures } from './figures';
import type { StatusFigure } from './figures';
import { rateCourse, ratePerSecond, remembered } from './ingest-rate';
import type { Reading } from './ingest-rate';
import { StorePanel } from './store-panel';
import { statusDe } from './words.de';
import { statusEn } from './words.en';

const EVERY_MS = 5000;
/** Behind this rollups and cron are worth a colour. */
const LATE_MS = 60_000;

/** The tool watching itself: what comes in, what waits, what is late, what is wrong. */
@Component({
  selector: 'apt-status-page',
  imports: [PageHeader, Panel, Figures, StorePanel, Icon, SeverityBadge, Sparkline],
  templateUrl: './status-page.html',
  styleUrl: './status-page.css',
})
export class StatusPage {
  protected readonly words = words({ en: statusEn, de: statusDe });
  private readonly refresh = inject(Refresh);
  protected readonly feed = apiFeed<Status>(() => ({ path: 'status' }), EVERY_MS);
  protected readonly status = this.feed.data;
  protected readonly exact = formatExact;
  protected readonly instant = formatInstant;
  protected readonly count = formatCount;

  private readonly readings = linkedSignal<Status | undefined, Reading[]>({
    source: this.status,
    computation: (status, before) => {
      const known = before?.value ?? [];
      if (status === undefined) return known;
      const { accepted } = status.ingest;
      return remembered(known, { atMs: Date.now(), accepted, startedAt: status.startedAt });
    },
  });
  protected readonly course = computed(() => rateCourse(this.readings()));

  protected readonly conditions = computed(() => this.status()?.health?.conditions ?? []);
  protected readonly verdict = computed(() => {
    if (this.feed.problem()) return { tone: 'bad', text: this.words().unreachable };
    const count = this.conditions().length;
    if (count === 0) return { tone: 'good', text: this.words().healthy };
    const tone = this.status()?.health?.state === 'critical' ? 'bad' : 'warn';
    return { tone, text: this.words().troubled(count) };
  });
  protected readonly version = computed(() => {
    const status = this.status();
    return status && this.words().running(status.version, this.age(status.startedAt));
  });

  protected readonly ingest = computed<StatusFigure[]>(() => {
    const ingest = this.status()?.ingest;
    if (ingest === undefined) return [];
    const w = this.words();
    const rate = ratePerSecond(this.readings());
    const refused = ingest.refused + ingest.refusedUnread;
    return [
      {
        label: w.rate,
        value:
          rate === null ? '–' : w.perSecond(rate < 10 ? formatScore(rate) : formatCompact(rate)),
        note: w.rateNote,
        testid: 'ingest-rate',
      },
      {
        label: w.queued,
        value: formatCompact(ingest.queuedRecords),
        ...(ingest.queuedRecords > 10_000 && { tone: 'warn' as const }),
      },
      { label: w.accepted, value: formatCompact(ingest.accepted), testid: 'ingest-accepted' },
      { label: w.duplicates, value: formatCompact(ingest.duplicates) },
      {
        label: w.rejected,
        value: formatCompact(ingest.rejected),
        note: w.rejectedNote,
        ...(ingest.rejected > 0 && { tone: 'warn' as const }),
      },
      {
        label: w.refused,
        value: formatCompact(refused),
        note: w.refusedNote,
        ...(refused > 0 && { tone: 'bad' as const }),
      },
    ];
  });

  protected readonly rollups = computed<StatusFigure[]>(() => {
    const aggregation = this.status()?.aggregation;
    if (aggregation === undefined) return [];
    const w = this.words();
    const { lagMs, dirtyBuckets, lastJob } = aggregation;
    return [
      {
        label: w.lag,
        value: lagMs === 0 ? w.current : formatDuration(lagMs),
        note: w.lagNote,
        tone: lagMs > LATE_MS ? 'warn' : 'good',
        testid: 'rollup-lag',
      },
      { label: w.dirty, value: formatCompact(dirtyBuckets) },
      ...(lastJob === null
        ? []
        : [
            {
              label: w.lastJob,
              value: w.job[lastJob.state],
              note: lastJob.error ?? formatInstant(lastJob.finishedAt ?? lastJob.startedAt),
              tone: lastJob.state === 'failed' ? ('bad' as const) : ('good' as const),
            },
          ]),
    ];
  });

  protected readonly live = computed<StatusFigure[]>(() => {
    const status = this.status();
    if (status === undefined) return [];
    const w = this.words();
    const { clients, missedEvents, slowClosed } = status.live;
    const doors = (['socketIo', 'plain', 'ingest'] as const).flatMap((door) => {
      const count = status.sockets?.[door];
      return count === undefined ? [] : [{ label: w.door[door], value: formatCount(count) }];
    });
    return [
      { label: w.clients, value: formatCount(clients) },
      ...doors,
      ...(missedEvents === undefined
        ? []
        : [{ label: w.missed, value: formatCompact(missedEvents), note: w.missedNote }]),
      ...(slowClosed === undefined
        ? []
        : [{ label: w.slowClosed, value: formatCount(slowClosed) }]),
    ];
  });

  protected readonly database = computed<StatusFigure[]>(() => {
    const status = this.status();
    if (status === undefined) return [];
    const w = this.words();
    const { version, embedded, durability, degradedBy } = status.database;
    const { rawDays, oldestRawDay } = status.retention;
    return [
      { label: w.server, value: version, note: embedded ? w.embedded : w.external },
      {
        label: w.durability,
        value: durability === 'full' ? w.full : w.degraded,
        note: degradedBy.join(', '),
        tone: durability === 'full' ? 'good' : 'bad',
      },
      ...(status.access === 'open'
        ? [{ label: w.access, value: w.open, note: w.openNote, tone: 'bad' as const }]
        : []),
      {
        label: w.keptRaw,
        value: w.days(rawDays),
      },
      {
        label: w.oldest,
        value: oldestRawDay === null ? '–' : formatAs(oldestRawDay, 'day'),
      },
    ];
  });

  /** Those that keep things in their own way, after what holds for the others. */
  protected readonly keeping = computed(() => {
    const retention = this.status()?.retention;
    if (retention?.defaults === undefined) return [];
    return [{ ...retention.defaults, project: this.words().others }, ...retention.projects];
  });

  protected readonly process = computed<StatusFigure[]>(() => {
    const status = this.status();
    if (status?.process === undefined) return [];
    const w = this.words();
    const { node, uptimeSeconds, rssBytes, heapUsedBytes, eventLoopP99Ms } = status.process;
    return [
      { label: w.uptime, value: formatAge(uptimeSeconds * 1000), note: `Node ${node}` },
      { label: w.memory, value: formatBytes(rssBytes) },
      { label: w.heap, value: formatBytes(heapUsedBytes) },
      {
        label: w.loop,
        value: formatDuration(eventLoopP99Ms),
        tone: eventLoopP99Ms > 200 ? 'warn' : 'good',
      },
    ];
  });

  protected readonly outbox = computed<StatusFigure[]>(() => {
    const outbox = this.status()?.outbox;
    if (!outbox) return [];
    const w = this.words();
    return [
      { label: w.waitingNotices, value: formatCount(outbox.waitingNotices) },
      { label: w.openDeliveries, value: formatCount(outbox.openDeliveries) },
      {
        label: w.overdue,
        value: outbox.overdueMs === 0 ? '–' : formatDuration(outbox.overdueMs),
        ...(outbox.overdueMs > LATE_MS && { tone: 'bad' as const }),
      },
    ];
  });

  protected readonly schedules = computed(() =>
    (this.status()?.schedules ?? []).map((one) => ({
      ...one,
      every: formatDuration(one.intervalMs),
      last:
        one.lastRanAt === null ? null : formatAge(this.refresh.now() - Date.parse(one.lastRanAt)),
      state: this.stateOf(one),
    })),
  );

  protected age(instant: string): string {
    return formatAge(this.refresh.now() - Date.parse(instant));
  }

  private stateOf({ isRunning, ageMs, intervalMs }: ScheduleReading): {
    tone: string;
    text: string;
  } {
    const { runningNow, late, onTime } = this.words();
    // One round late is a busy moment, two are news.
    if (ageMs > 2 * intervalMs + LATE_MS) return { tone: 'warn', text: late };
    return isRunning ? { tone: 'accent', text: runningNow } : { tone: 'good', text: onTime };
  }
}
