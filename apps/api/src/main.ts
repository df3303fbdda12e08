import { randomUUID } from 'node:crypto';
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
    const deadlineMs = STOP_DEADLINE_MS + config.drainSeconds * 1000;
    setTimeout(() => {
      report.warn('Stopping takes too long; leaving the rest');
      process.exit(exitCode);
    }, deadlineMs).unref();
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
  failOnBugs(report, fail);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!ending) report.step('Stopping…');
      void end(0);
    });
  }
  await tracker.start().catch(fail);
}

/**
 * After an error that nobody has caught, the state of the process is anybody's guess: it ends in
 * order, so that what it accepted is written, and with 1, so that it is started again.
 */
function failOnBugs(report: Report, fail: (error: unknown) => void): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (reason: unknown) => {
      const error = reason instanceof Error ? reason : new Error(String(reason));
      const errorId = randomUUID();
      report.error(`${event} ${errorId}: ${error.stack ?? error.message}`);
      fail(new Error(`Stopping after ${event} ${errorId}`));
    });
  }
}

const config = readConfig();
if (config) await run(config);
else process.exitCode = 1;
