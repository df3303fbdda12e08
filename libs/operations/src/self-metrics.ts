import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { SYSTEM_CONDITIONS } from '@app/contracts';
import { APP_VERSION, EventBus } from '@app/platform';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

import { AgentGauges, AgentKpis } from './agent-kpis.js';
import { ProcessReadings } from './process.readings.js';
import { ReadingsService } from './readings.service.js';
import { SelfWatchScheduler, isFiring } from './self-watch.scheduler.js';

const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const GROUP_RECORDS = [1, 10, 100, 1000, 2500, 5000, 10_000];

type Series = [labels: Record<string, string>, value: number][];

/**
 * The tracker's own figures in the text format of Prometheus. Counts are read from where they are
 * kept at each scrape, so observing costs the observed next to nothing.
 */
@Injectable()
export class SelfMetrics implements OnModuleInit, OnModuleDestroy {
  private readonly registry = new Registry();
  private readonly agentRegistry = new Registry();
  private readonly agents = new AgentGauges(this.agentRegistry);
  private readonly store: ((reading: StoreGauges) => void)[] = [];
  private readonly commits = new Histogram({
    name: 'apt_ingest_commit_seconds',
    help: 'Time from the closing of a group of records to its commit',
    buckets: COMMIT_SECONDS,
    registers: [this.registry],
  });
  private readonly groups = new Histogram({
    name: 'apt_ingest_group_records',
    help: 'Records that were committed together',
    buckets: GROUP_RECORDS,
    registers: [this.registry],
  });
  private readonly responses = new Counter({
    name: 'apt_http_responses_total',
    help: 'HTTP answers by status code',
    labelNames: ['code'],
    registers: [this.registry],
  });
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly bus: EventBus,
    private readonly readings: ReadingsService,
    private readonly processes: ProcessReadings,
    private readonly watch: SelfWatchScheduler,
    @Inject(AgentKpis) private readonly kpis: AgentKpis,
  ) {}

  onModuleInit(): void {
    collectDefaultMetrics({ register: this.registry });
    this.unsubscribe = this.bus.subscribe('groupCommitted', ({ records, milliseconds }) => {
      this.commits.observe(milliseconds / 1000);
      this.groups.observe(records);
    });
    this.gauge('apt_build_info', 'Always 1', () => [[{ version: APP_VERSION }, 1]]);
    this.describeIngest();
    this.describeProcess();
    this.describeStore();
  }

  onModuleDestroy(): void {
    this.unsubscribe();
    this.registry.clear();
  }

  /** Counts an answer. */
  countResponse(statusCode: number): void {
    this.responses.inc({ code: String(statusCode) });
  }

  /**
   * The exposition. Without a database the figures that lie in it are left out, and
   * `apt_database_up` is 0.
   * @param agents whether the agents' own figures are part of it
   */
  async expose(agents: boolean): Promise<string> {
    const reading = await this.readings.store();
    for (const fill of this.store) fill(reading);
    const own = await this.registry.metrics();
    if (!agents || !reading) return own;
    try {
      await this.kpis.fill(this.agents);
    } catch {
      // The tracker's own figures are worth more than an error.
      return own;
    }
    return `${own}\n${await this.agentRegistry.metrics()}`;
  }

  private describeIngest(): void {
    const { processes } = this;
    this.counter('apt_ingest_records_total', 'Records by what became of them', () => {
      const { accepted, duplicates, rejected, refused } = processes.ingest;
      return [
        [{ outcome: 'accepted' }, accepted],
        [{ outcome: 'duplicate' }, duplicates],
        [{ outcome: 'rejected' }, rejected],
        [{ outcome: 'refused' }, refused],
      ];
    });
    this.counter('apt_ingest_rejected_total', 'Rejected records by problem code', () =>
      [...processes.rejections].map(([code, count]) => [{ code }, count]),
    );
    this.counter('apt_ingest_refused_unread_total', 'Requests refused before they were read', () =>
      single(processes.ingest.refusedUnread),
    );
    this.counter('apt_ingest_copy_fallbacks_total', 'Groups that plain COPY could not take', () =>
      single(processes.detours.merged),
    );
    this.counter('apt_ingest_retries_total', 'Groups that were tried again', () =>
      single(processes.detours.retried),
    );
    this.gauge('apt_ingest_queue_records', 'Records that wait for the database', () =>
      single(processes.queue.records),
    );
    this.gauge('apt_ingest_queue_bytes', 'What they take, as received', () =>
      single(processes.queue.bytes),
    );
  }

  private describeProcess(): void {
    const { processes, readings, watch } = this;
    this.gauge('apt_sockets', 'Clients connected now by door', () =>
      Object.entries(processes.sockets).map(([door, count]) => [{ door }, count]),
    );
    this.counter('apt_live_missed_events_total', 'Live events that slow clients did not get', () =>
      single(processes.live.missed),
    );
    this.counter('apt_live_slow_consumers_total', 'Live clients closed as too slow', () =>
      single(processes.live.slowClosed),
    );
    this.gauge('apt_database_connections', 'Connections by pool and state', () =>
      processes.pools.flatMap(({ name: pool, inUse, idle }): Series => [
        [{ pool, state: 'in_use' }, inUse],
        [{ pool, state: 'idle' }, idle],
      ]),
    );
    this.gauge('apt_database_pool_waiting', 'Callers that wait for a connection', () =>
      processes.pools.map(({ name: pool, waiting }) => [{ pool }, waiting]),
    );
    this.gauge('apt_cron_age_seconds', 'Since a cron last began, or since the start', () =>
      readings.crons().map(({ name, ageMs }) => [{ cron: name }, ageMs / 1000]),
    );
    this.gauge('apt_event_loop_p99_seconds', 'Delay of the event loop, last five seconds', () =>
      single(watch.eventLoopP99Ms / 1000),
    );
    this.gauge('apt_condition', 'Whether the tracker finds this wrong with itself', () => {
      const { firing } = watch;
      return SYSTEM_CONDITIONS.map((one) => [{ condition: one }, Number(isFiring(firing, one))]);
    });
  }

  private describeStore(): void {
    const ofStore = (name: string, help: string, of: (from: KnownStore) => number): void => {
      const gauge = new Gauge({ name, help, registers: [this.registry] });
      this.store.push((reading) => {
        if (reading) gauge.set(of(reading));
        else gauge.remove();
      });
    };
    const up = { name: 'apt_database_up', help: 'Whether the database answers' };
    const upGauge = new Gauge({ ...up, registers: [this.registry] });
    this.store.push((reading) => upGauge.set(Number(reading !== null)));
    ofStore('apt_durability_full', 'Whether what is acknowledged survives a crash', (store) =>
      Number(store.durability === 'full'),
    );
    ofStore('apt_rollup_lag_seconds', 'Age of the oldest execution in no rollup yet', (store) =>
      Math.max(0, store.rollupLagMs / 1000),
    );
    ofStore('apt_rollup_dirty_marks', 'Marks that wait for the roller', (s) => s.dirtyMarks);
    ofStore('apt_outbox_waiting', 'Notices that are in no message yet', (s) => s.waitingNotices);
    ofStore('apt_outbox_open', 'Messages still to be delivered', (s) => s.openDeliveries);
    ofStore('apt_outbox_overdue_seconds', 'How late the most overdue of them is', (store) =>
      Math.max(0, store.outboxOverdueMs / 1000),
    );
  }

  private gauge(name: string, help: string, read: () => Series): void {
    const labelNames = LABELS[name] ?? [];
    const registers = [this.registry];
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.set(labels, value);
      },
    });
  }

  /** A count that is kept elsewhere. */
  private counter(name: string, help: string, read: () => Series): void {
    const labelNames = LABELS[name] ?? [];
    const registers = [this.registry];
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.inc(labels, value);
      },
    });
  }
}

type StoreGauges = Awaited<ReturnType<ReadingsService['store']>>;
type KnownStore = NonNullable<StoreGauges>;

const LABELS: Record<string, string[]> = {
  apt_build_info: ['version'],
  apt_ingest_records_total: ['outcome'],
  apt_ingest_rejected_total: ['code'],
  apt_sockets: ['door'],
  apt_database_connections: ['pool', 'state'],
  apt_database_pool_waiting: ['pool'],
  apt_cron_age_seconds: ['cron'],
  apt_condition: ['condition'],
};

function single(value: number): Series {
  return [[{}, value]];
}
