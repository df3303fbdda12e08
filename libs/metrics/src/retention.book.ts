import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { RETENTION_BOUNDS } from '@app/contracts';
import type { RetentionSettings, RetentionTimes } from '@app/contracts';
import { CLOCK, CONFIG, DomainError } from '@app/platform';
import type { AppConfig, Clock, VersionCondition } from '@app/platform';
import { DataSource } from 'typeorm';

const DAY_MS = 86_400_000;
const NAMES = Object.keys(RETENTION_BOUNDS) as (keyof RetentionTimes)[];

interface SettingsRow {
  project_id: number;
  raw_days: number;
  minute_hours: number;
  hour_days: number;
  day_days: number;
  alert_days: number;
  version: number;
  updated_at: Date;
}

/**
 * How long each project keeps what. What other processes change is known here half a minute later:
 * nothing may be removed by settings that are younger than a minute.
 */
@Injectable()
export class RetentionBook implements OnApplicationBootstrap {
  private readonly logger = new Logger(RetentionBook.name);
  private settings = new Map<number, RetentionSettings>();

  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: AppConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.read();
  }

  @Cron(CronExpression.EVERY_30_SECONDS, { name: 'retention-settings', waitForCompletion: true })
  async refresh(): Promise<void> {
    await this.read().catch((error: unknown) => {
      this.logger.debug({ event: 'retention.settings.unread', error: String(error) });
    });
  }

  /** Start of the oldest day of which the project's executions are kept, epoch ms. */
  oldestMs(projectId: number): number {
    return this.oldestOf(this.of(projectId).rawDays);
  }

  /** The same for an age in days. */
  oldestOf(rawDays: number): number {
    return (Math.floor(this.clock.now().getTime() / DAY_MS) - rawDays) * DAY_MS;
  }

  /** What holds for a project, as far as this process knows. */
  of(projectId: number): RetentionSettings {
    return this.settings.get(projectId) ?? this.defaults();
  }

  /** What holds for projects of which nobody has changed anything. */
  defaults(): RetentionSettings {
    const times = Object.fromEntries(
      NAMES.map((name) => [name, RETENTION_BOUNDS[name].default]),
    ) as unknown as RetentionTimes;
    return { ...times, rawDays: this.config.rawRetentionDays, version: 0, updatedAt: null };
  }

  /** The projects that have settings of their own, as the database has them now. */
  async read(): Promise<ReadonlyMap<number, RetentionSettings>> {
    const rows = await this.dataSource.query<SettingsRow[]>('SELECT * FROM retention_settings');
    this.settings = new Map(rows.map((row) => [row.project_id, settingsOf(row)]));
    return this.settings;
  }

  /**
   * Changes what holds for a project.
   * @param version the one that `times` were made from
   * @throws DomainError `precondition-failed` (412) when it is at another version than expected
   */
  async change(
    projectId: number,
    times: RetentionTimes,
    condition: VersionCondition | null,
    version: number,
  ): Promise<RetentionSettings> {
    if (Array.isArray(condition) && !condition.includes(version)) {
      throw new DomainError('precondition-failed', 412);
    }
    const rows = await this.dataSource.query<SettingsRow[]>(
      `INSERT INTO retention_settings AS s (project_id, raw_days, minute_hours, hour_days, day_days,
         alert_days, version, updated_at)
       SELECT $1::int, $2::int, $3::int, $4::int, $5::int, $6::int, $8::int + 1, $7::timestamptz
       ON CONFLICT (project_id) DO UPDATE SET raw_days = $2, minute_hours = $3, hour_days = $4,
         day_days = $5, alert_days = $6, version = s.version + 1, updated_at = $7
       WHERE s.version = $8
       RETURNING *`,
      [projectId, ...NAMES.map((name) => times[name]), this.clock.now(), version],
    );
    if (!rows[0]) throw new DomainError('precondition-failed', 412);
    await this.read();
    return settingsOf(rows[0]);
  }
}

function settingsOf(row: SettingsRow): RetentionSettings {
  return {
    rawDays: row.raw_days,
    minuteHours: row.minute_hours,
    hourDays: row.hour_days,
    dayDays: row.day_days,
    alertDays: row.alert_days,
    version: row.version,
    updatedAt: row.updated_at.toISOString(),
  };
}
