/**
 * Compares every rollup with what its raw rows give: `npm run verify-rollups [-- --repair]`. Works
 * on `DATABASE_URL`, or on the embedded store of `DATA_DIR`, whether the server runs or not.
 * Exit code 0: all equal (or repaired), 1: some differ, 2: it could not be found out.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { repairRollups, verifyAll } from '@app/aggregation';
import type { NamedDifference } from '@app/aggregation';
import { createDataSource, loadConfig, migrate } from '@app/platform';

import { migrations } from '../../../migrations/index.js';
import { openStore } from './open-store.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function sayDifference(difference: NamedDifference): void {
  const { project, agentId, period, bucketMs, detail } = difference;
  say(`${project}/${agentId} ${period} ${new Date(bucketMs).toISOString()}: ${detail}`);
}

async function verify(url: string, isToRepair: boolean): Promise<number> {
  const dataSource = createDataSource({ url, poolSize: 2, migrations });
  await dataSource.initialize();
  try {
    await migrate(dataSource);
    const { checked, waiting, differences } = await verifyAll(dataSource, sayDifference);
    const later = waiting === 0 ? '' : `, ${waiting} wait for the roller`;
    say(`${checked} rollups compared${later}: ${differences.length} differ`);
    if (differences.length === 0) return 0;
    if (!isToRepair) return 1;
    await repairRollups(dataSource, differences);
    const again = await verifyAll(dataSource, sayDifference);
    say(`repaired: ${again.differences.length} differ`);
    return again.differences.length === 0 ? 0 : 1;
  } finally {
    await dataSource.destroy();
  }
}

try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const { values } = parseArgs({ options: { repair: { type: 'boolean', default: false } } });
  const store = await openStore(loadConfig(process.env));
  try {
    process.exitCode = await verify(store.url, values.repair);
  } finally {
    await store.stop();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
