import { AgentPerformanceTracker } from '@app/tracker';
import { USAGE, parseOptions } from './options.js';
import type { CommandOptions } from './options.js';
import { runSampleSwarm } from './sample-swarm.js';
import { WorkerLanes } from './worker-pool.js';

/** Tasks at once. */
const CONCURRENCY = 2;
const REPORT_INTERVAL_MS = 30_000;

/** Aborts when the process is told to end, or whoever started it is gone. */
function endSignal({ untilStdinCloses }: CommandOptions): AbortSignal {
  const end = new AbortController();
  const abort = (): void => end.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, abort);
  if (process.connected) process.on('disconnect', abort);
  if (untilStdinCloses) process.stdin.on('end', abort).on('error', abort).resume();
  return end.signal;
}

type Say = (line: string) => void;

function openTracker({ url, project, apiKey }: CommandOptions, say: Say): AgentPerformanceTracker {
  const tracker = new AgentPerformanceTracker({
    url,
    project,
    ...(apiKey !== undefined && { apiKey }),
    // Soon, so that a viewer sees tasks begin and end; and a stop must not wait long.
    flushIntervalMs: 1000,
    timeoutMs: 3000,
    closeTimeoutMs: 3000,
  });
  let unreachable = false;
  tracker.on('retrying', ({ cause }) => {
    if (!unreachable) say(`${url} cannot take records now (${cause}); trying on`);
    unreachable = true;
  });
  tracker.on('flushed', () => {
    if (unreachable) say(`${url} takes records again`);
    unreachable = false;
  });
  tracker.on('dropped', ({ count, reason, status }) => {
    console.error(`sample swarm: ${count} records lost (${reason} ${status ?? ''})`);
  });
  tracker.once('rejected', ({ problem }) => {
    console.error(`sample swarm: a record was rejected: ${problem.code}, ${problem.detail}`);
  });
  return tracker;
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options.help) {
    console.log(USAGE);
    return;
  }
  const say: Say = (line) => {
    if (!options.quiet) console.log(`sample swarm: ${line}`);
  };
  const signal = endSignal(options);
  const tracker = openTracker(options, say);
  const executor = new WorkerLanes(CONCURRENCY);
  const report = setInterval(() => {
    const { accepted, buffered } = tracker.stats();
    say(`${accepted} records stored, ${buffered} waiting`);
  }, REPORT_INTERVAL_MS);
  try {
    say(`recording into project ${options.project} at ${options.url}`);
    const team = { tracker, executor, concurrency: CONCURRENCY, signal };
    const metrics = await runSampleSwarm({ ...options, ...team });
    await tracker.close();
    const { completed, failed, blocked } = metrics.tasks;
    say(`${completed} tasks completed, ${failed} failed, ${blocked} blocked`);
  } finally {
    clearInterval(report);
    await executor.close();
  }
}

try {
  await main();
  // Standard input or a channel to the parent would keep the process alive.
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
