import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, ProjectQuery, RequiresScope } from '@app/access';
import type { Principal } from '@app/access';
import type { Answer, Status } from '@app/contracts';
import { SelfStatusService } from '@app/operations';

const at = '2026-01-01T12:00:00.000Z';
const statusExample: Status = {
  version: '0.1.0',
  startedAt: at,
  database: { version: '18.4', embedded: true, durability: 'full', degradedBy: [] },
  access: 'guarded',
  ingest: {
    queuedRecords: 0,
    accepted: 1200,
    duplicates: 3,
    rejected: 1,
    refused: 0,
    refusedUnread: 0,
  },
  aggregation: { dirtyBuckets: 4, oldestDirtyAt: at, lagMs: 812, lastJob: null },
  retention: {
    rawDays: 30,
    oldestRawDay: '2025-12-03',
    projects: [],
    defaults: { rawDays: 30, minuteHours: 48, hourDays: 90, dayDays: 730, alertDays: 365 },
  },
  store: {
    measuredAt: at,
    totalBytes: 412_000_000,
    tables: [
      {
        table: 'agent_performance_metrics',
        kind: 'executions',
        bytes: 390_000_000,
        indexBytes: 80_000_000,
        estimatedRows: 1_200_000,
        partitions: 34,
      },
    ],
    rawDays: [{ day: '2026-01-01', bytes: 13_000_000, estimatedRows: 40_000 }],
    rawBytesPerDay: 12_400_000,
  },
  live: { clients: 2, missedEvents: 0, slowClosed: 0 },
  health: {
    state: 'ok',
    conditions: [],
    recent: [],
    incidents: [
      {
        id: '0b7b8d9c-1f0e-4c3a-9a52-6f1f4f0f6a11',
        condition: 'rollups-late',
        severity: 'warning',
        detail: 'Executions have waited 84 s for their rollups',
        processes: 2,
        firedAt: '2025-12-30T08:00:00.000Z',
        lastSeenAt: '2025-12-30T08:03:10.000Z',
        resolvedAt: '2025-12-30T08:03:15.000Z',
        notifiedAt: '2025-12-30T08:04:15.000Z',
      },
    ],
  },
  process: {
    node: '24.21.0',
    uptimeSeconds: 86_400,
    rssBytes: 160_000_000,
    heapUsedBytes: 60_000_000,
    eventLoopP99Ms: 21.4,
  },
  outbox: { waitingNotices: 0, openDeliveries: 0, overdueMs: 0 },
  schedules: [
    { name: 'rollup', intervalMs: 300_000, lastRanAt: at, ageMs: 12_000, isRunning: false },
  ],
  pools: [{ name: 'main', inUse: 1, idle: 4, waiting: 0 }],
  sockets: { socketIo: 1, plain: 1, ingest: 3 },
};

@ApiTags('health')
@RequiresScope('read')
@Controller('status')
export class StatusController {
  constructor(private readonly status: SelfStatusService) {}

  @Get()
  @ApiOperation({
    summary: 'The tracker about itself',
    description:
      'What it finds wrong with itself (`health`), queues, rollup lag, outbox, schedules, pools, ' +
      'sockets, retention, durability, and the size of the store by table and day. Counts are of this process since it started; ' +
      '`health.recent` is of all processes.',
  })
  @ApiOkResponse({
    description: 'Durations are milliseconds, sizes bytes',
    example: { data: statusExample },
  })
  async read(@Caller() caller: Principal, @Query() _query: ProjectQuery): Promise<Answer<Status>> {
    return { data: await this.status.read((projectId) => caller.knows(projectId)) };
  }
}
