/** The server under test as a process of its own, compiled from the sources as they are. */
import { EventBus, loadConfig } from '@app/platform';
import { RollupService } from '@app/aggregation';

import { createApp } from '../../../apps/api/src/setup-app.js';
import { GroupWriter } from '../../../libs/metrics/src/group.writer.js';

export interface ServerOptions {
  databaseUrl: string;
  port: number;
  /**
   * `full`: as it is; `ingest-only`: no rollups, no alerts, no live stream; `no-database`: every
   * record counts as stored at once.
   */
  mode: 'full' | 'ingest-only' | 'no-database';
}

const options = JSON.parse(process.argv[2] ?? '{}') as ServerOptions;
if (options.mode !== 'full') {
  EventBus.prototype.publish = () => undefined;
  RollupService.prototype.runIfDirty = () => Promise.resolve();
}
if (options.mode === 'no-database') {
  GroupWriter.prototype.write = (records) =>
    Promise.resolve({
      verdicts: records.map(() => ({ kind: 'accepted' })),
      stored: [],
      rows: [],
      started: [],
    });
}
const config = loadConfig({ ...process.env, LOG_LEVEL: 'warn', DATABASE_URL: options.databaseUrl });
const app = await createApp({ config, databaseUrl: options.databaseUrl });
await app.listen({ port: options.port, host: '127.0.0.1' });
process.stdout.write('ready\n');
process.once('SIGTERM', () => {
  void app.close().then(() => process.exit(0));
});
