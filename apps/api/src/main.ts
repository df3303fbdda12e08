import { existsSync } from 'node:fs';

import { ConfigError, loadConfig } from '@app/platform';
import type { AppConfig } from '@app/platform';

import { Report } from './report.js';
import { TrackerProcess } from './tracker-process.js';

/** What is not stopped by then is left: the database's watchdog sees to it. */
const STOP_DEADLINE_MS = 9500;

function readConfig(): AppConfig | null {
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    return loadConfig(process.env);
  } catch (error) {
    // One line for each bad variable.
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else new Report({ logLevel: 'log', logFormat: 'text' }).failure(error);
    return null;
  }
}

async function run(config: AppConfig): Promise<void> {
  const report = new Report(config);
  let ending = false;
  const end = async (exitCode: number): Promise<void> => {
    // Ctrl-C arrives twice under npm.
    if (ending) return;
    ending = true;
    setTimeout(() => {
      report.warn('Stopping takes too long; leaving the rest');
      process.exit(exitCode);
    }, STOP_DEADLINE_MS).unref();
    await tracker.stop().catch((error: unknown) => {
      report.failure(error);
      exitCode = 1;
    });
    process.exit(exitCode);
  };
  const fail = (error: unknown): void => {
    if (!ending) report.failure(error);
    void end(1);
  };
  const tracker = new TrackerProcess(config, report, fail);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!ending) report.step('Stopping…');
      void end(0);
    });
  }
  await tracker.start().catch(fail);
}

const config = readConfig();
if (config) await run(config);
else process.exitCode = 1;
