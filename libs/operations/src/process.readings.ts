import { Injectable } from '@nestjs/common';
import { INGEST_SOCKET_PATH, LIVE_PATH } from '@app/contracts';
import { IngestPipe } from '@app/metrics';
import { PoolWatch, UpgradeRouter } from '@app/platform';
import type { PoolReading } from '@app/platform';
import { LiveHub } from '@app/realtime';

/** What the parts of this process count, gathered for those who observe. */
@Injectable()
export class ProcessReadings {
  constructor(
    private readonly pipe: IngestPipe,
    private readonly hub: LiveHub,
    private readonly router: UpgradeRouter,
    private readonly watch: PoolWatch,
  ) {}

  get ingest(): IngestPipe['counts'] {
    return this.pipe.counts;
  }

  get rejections(): ReadonlyMap<string, number> {
    return this.pipe.rejections;
  }

  get detours(): IngestPipe['detours'] {
    return this.pipe.detours;
  }

  get queue(): { records: number; bytes: number } {
    return { records: this.pipe.queuedRecords, bytes: this.pipe.queuedSize };
  }

  get live(): LiveHub['tally'] {
    return this.hub.tally;
  }

  get sockets(): { socketIo: number; plain: number; ingest: number } {
    const plain = this.router.insideByPath.get(LIVE_PATH) ?? 0;
    const ingest = this.router.insideByPath.get(INGEST_SOCKET_PATH) ?? 0;
    // A socket that is closing may have left one count and not yet the other.
    return { socketIo: Math.max(0, this.hub.clientCount - plain), plain, ingest };
  }

  get pools(): PoolReading[] {
    return this.watch.read();
  }
}
