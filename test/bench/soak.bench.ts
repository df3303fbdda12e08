/**
 * Half the load that the machine can take, for as long as asked: `npm run soak -- --minutes=30`.
 * Records, questions and live clients at once; memory, handles and the event loop are watched.
 * Exit code 1 when anything failed, handles were left open, or memory went on growing.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { WebSocket } from 'ws';

import { API } from '../support/boot-app.js';
import { readExposition } from '../support/exposition.js';
import { ThrowawayPostgres } from '../support/throwaway-postgres.js';
import { startReadyTracker } from '../support/tracker-process.js';

const MOST_MINUTES = 24 * 60;
const BATCH = 100;
const LANES = 4;
const LIVE_CLIENTS = 20;
const SAMPLE_MS = 5000;
const CALIBRATE_MS = 10_000;
/** What a heap may still gain once it is warm; caches and sketches fill up in the first minutes. */
const MOST_SLOPE_MB_PER_MINUTE = 3;
const MOST_HANDLES_GAINED = 15;
/** Agents and minutes are bounded, as they are in a life of a fleet. */
const AGENTS = 200;

interface Sample {
  minute: number;
  rssMb: number;
  handles: number;
  loopP99Ms: number;
  lagMs: number;
  accepted: number;
}

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } });
const minutes = Math.min(MOST_MINUTES, Math.max(1, Number(values.minutes)));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const errors: string[] = [];
const fail = (what: string): void => {
  errors.push(what);
  if (errors.length <= 10) say(`  failed: ${what}`);
};

function batch(): string {
  const now = Date.now();
  const records = Array.from({ length: BATCH }, (_, index) => ({
    agentId: `agent-${Math.floor(Math.random() * AGENTS)}`,
    agentType: 'cognitive',
    taskId: `task-${index}`,
    taskType: 'soak',
    complexity: 1 + (index % 5),
    status: index % 50 === 0 ? 'failure' : 'success',
    endedAt: new Date(now).toISOString(),
    durationMs: 100 + Math.random() * 900,
    cpuPercent: 20 + Math.random() * 20,
    memoryMb: 200,
  }));
  return JSON.stringify(records);
}

async function post(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}${API}/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: batch(),
    });
    await answer.text();
    if (answer.status !== 200) fail(`POST /metrics: ${answer.status}`);
    return answer.status === 200;
  } catch (error) {
    fail(`POST /metrics: ${String(error)}`);
    return false;
  }
}

/** Batches per second that it takes when it is given all it can take. */
async function calibrate(url: string): Promise<number> {
  const untilMs = performance.now() + CALIBRATE_MS;
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < untilMs) if (await post(url)) sent += 1;
  };
  await Promise.all(Array.from({ length: LANES * 2 }, lane));
  return sent / (CALIBRATE_MS / 1000);
}

async function load(url: string, perSecond: number, untilMs: number): Promise<void> {
  const pauseMs = (1000 * LANES) / perSecond;
  const lane = async (place: number): Promise<void> => {
    let dueMs = performance.now() + (pauseMs * place) / LANES;
    while (performance.now() < untilMs) {
      await sleep(Math.max(0, dueMs - performance.now()));
      await post(url);
      // What was missed is not made up for: half the load, not a backlog.
      dueMs = Math.max(dueMs + pauseMs, performance.now());
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, place) => lane(place)));
}

async function ask(url: string, untilMs: number): Promise<void> {
  const questions = [
    '/summary',
    '/summary?window=1h&sort=p95Ms',
    '/trends?agentId=agent-1&period=hour&lookback=24',
    '/compare?agentIds=agent-1,agent-2',
    '/alerts',
    '/status',
    '/metrics?limit=50',
  ];
  for (let turn = 0; performance.now() < untilMs; turn += 1) {
    const path = questions[turn % questions.length] ?? '';
    try {
      const answer = await fetch(`${url}${API}${path}`);
      await answer.text();
      // In the first instants an agent may not be known yet.
      if (answer.status !== 200) fail(`GET ${path}: ${answer.status}`);
    } catch (error) {
      fail(`GET ${path}: ${String(error)}`);
    }
    await sleep(250);
  }
}

/** Clients that stay, and one that comes and goes all the time. */
function listen(url: string, untilMs: number): () => void {
  const door = `${url.replace('http', 'ws')}/agent-performance`;
  const open = (): WebSocket => {
    const socket = new WebSocket(door);
    socket.on('error', (error) => fail(`live: ${error.message}`));
    socket.on('message', () => undefined);
    return socket;
  };
  const staying = Array.from({ length: LIVE_CLIENTS }, open);
  const coming = setInterval(() => {
    if (performance.now() > untilMs) return;
    const guest = open();
    guest.once('open', () => guest.close());
  }, 200);
  return () => {
    clearInterval(coming);
    for (const socket of staying) socket.terminate();
  };
}

async function look(url: string, pid: number, startedMs: number): Promise<Sample> {
  const { value } = await readExposition(url, '?agents=off');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    minute: (performance.now() - startedMs) / 60_000,
    rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024,
    handles: readdirSync(`/proc/${pid}/fd`).length,
    loopP99Ms: value('apt_event_loop_p99_seconds') * 1000,
    lagMs: value('apt_rollup_lag_seconds', 0) * 1000,
    accepted: value('apt_ingest_records_total{outcome="accepted"}'),
  };
}

/** Least squares; per minute. */
function slope(samples: readonly Sample[]): number {
  const n = samples.length;
  const meanX = samples.reduce((sum, { minute }) => sum + minute, 0) / n;
  const meanY = samples.reduce((sum, { rssMb }) => sum + rssMb, 0) / n;
  const over = samples.reduce((sum, s) => sum + (s.minute - meanX) * (s.rssMb - meanY), 0);
  const under = samples.reduce((sum, s) => sum + (s.minute - meanX) ** 2, 0);
  return under === 0 ? 0 : over / under;
}

function judge(samples: readonly Sample[]): boolean {
  const second = samples.slice(Math.floor(samples.length / 2));
  const [first, last] = [second[0], second.at(-1)];
  if (!first || !last) return false;
  const mbPerMinute = slope(second);
  const gained = last.handles - first.handles;
  const worst = Math.max(...samples.map(({ loopP99Ms }) => loopP99Ms));
  const rate = (last.accepted - first.accepted) / ((last.minute - first.minute) * 60);
  say(
    `\n${last.accepted} records, ${Math.round(rate)} a second; ${errors.length} errors\n` +
      `second half: memory ${mbPerMinute.toFixed(2)} MB a minute ` +
      `(${first.rssMb.toFixed(0)} to ${last.rssMb.toFixed(0)} MB), handles ${first.handles} to ` +
      `${last.handles}; worst p99 of the event loop ${worst.toFixed(0)} ms`,
  );
  return (
    errors.length === 0 && mbPerMinute <= MOST_SLOPE_MB_PER_MINUTE && gained <= MOST_HANDLES_GAINED
  );
}

const postgres = await ThrowawayPostgres.start();
const tracker = await startReadyTracker({ DATABASE_URL: postgres.url });
try {
  for (let at = 0; at < 5; at += 1) await post(tracker.url);
  const most = await calibrate(tracker.url);
  say(`At most ${Math.round(most * BATCH)} records a second; half of it for ${minutes} minutes\n`);
  const startedMs = performance.now();
  const untilMs = startedMs + minutes * 60_000;
  const leave = listen(tracker.url, untilMs);
  const working = Promise.all([load(tracker.url, most / 2, untilMs), ask(tracker.url, untilMs)]);
  const samples: Sample[] = [];
  say('  minute   RSS MB  handles  loop p99 ms  rollup lag ms');
  while (performance.now() < untilMs) {
    await sleep(SAMPLE_MS);
    const sample = await look(tracker.url, tracker.pid, startedMs);
    samples.push(sample);
    if (samples.length % 6 !== 0) continue;
    const figures = [sample.rssMb, sample.handles, sample.loopP99Ms, sample.lagMs];
    const columns = figures.map((figure) => figure.toFixed(0).padStart(9));
    say(`${sample.minute.toFixed(1).padStart(8)}${columns.join('')}`);
  }
  await working;
  leave();
  process.exitCode = judge(samples) ? 0 : 1;
} finally {
  await tracker.stop();
  await postgres.remove();
}
