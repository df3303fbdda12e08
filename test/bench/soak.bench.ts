/**
 * Half the load that the machine can take, for as long as asked: `npm run soak -- --minutes=30`.
 * Records, questions and live clients at once. What the heap still holds after a forced collection
 * is the measure of a leak, as it does not depend on how busy the machine is; memory of the
 * process, handles and the event loop are watched beside it.
 *   --rate=1000        so many records a second instead of half of what the machine takes
 *   --snapshots=folder heap snapshots of the middle and the end, and what has grown in between
 * Exit code 1 when anything failed, handles were left open, or the heap went on growing.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { readExposition } from '../support/exposition.js';
import { ThrowawayPostgres } from '../support/throwaway-postgres.js';
import { freePort, startReadyTracker } from '../support/tracker-process.js';
import { HeapProbe, growth, heldByName } from './soak/heap-probe.js';
import type { HeapReading } from './soak/heap-probe.js';
import { Traffic, recordsPerBatch } from './soak/traffic.js';
import { secondHalf, slopePerHour } from './support/slope.js';

const MOST_MINUTES = 24 * 60;
const LOOK_MS = 5000;
const SNAPSHOT_AFTER = 0.4;
/**
 * What may be held more per hour once the caches are warm: figures of new minutes and hours of 200
 * agents are held for as long as they may be asked for. Six bytes lost with each record would be
 * more at a thousand records a second.
 */
const MOST_HELD_MB_PER_HOUR = 20;
/** Below, a slope is noise: what is held goes up and down by that between two rollups. */
const NOISE_MB = 3;
const MOST_HANDLES_GAINED = 15;

interface Look {
  minute: number;
  rssMb: number;
  handles: number;
  loopP99Ms: number;
  lagMs: number;
  accepted: number;
}

interface Sample extends HeapReading {
  minute: number;
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    rate: { type: 'string' },
    snapshots: { type: 'string' },
  },
});
const minutes = Math.min(MOST_MINUTES, Math.max(1, Number(values.minutes)));
/** Often enough for a line through the second half, seldom enough not to disturb. */
const sampleMs = minutes < 10 ? 15_000 : 60_000;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
let told = 0;
const traffic = (url: string): Traffic =>
  new Traffic(url, (what) => {
    told += 1;
    if (told <= 10) say(`  failed: ${what}`);
  });

async function look(url: string, pid: number, minute: number): Promise<Look> {
  const { value } = await readExposition(url, '?agents=off');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    minute,
    rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024,
    handles: readdirSync(`/proc/${pid}/fd`).length,
    loopP99Ms: value('apt_event_loop_p99_seconds') * 1000,
    lagMs: value('apt_rollup_lag_seconds', 0) * 1000,
    accepted: value('apt_ingest_records_total{outcome="accepted"}'),
  };
}

function judge(looks: readonly Look[], samples: readonly Sample[], errors: number): boolean {
  const [late, lateHeap] = [secondHalf(looks), secondHalf(samples)];
  const [first, last] = [late[0], late.at(-1)];
  const [warm, end] = [lateHeap[0], lateHeap.at(-1)];
  if (!first || !last || !warm || !end) return false;
  const gained = last.handles - first.handles;
  const held = slopePerHour(lateHeap, ({ heldMb }) => heldMb);
  const rss = slopePerHour(late, ({ rssMb }) => rssMb);
  const worst = Math.max(...looks.map(({ loopP99Ms }) => loopP99Ms));
  const rate = (last.accepted - first.accepted) / ((last.minute - first.minute) * 60);
  const span = end.minute - warm.minute;
  const allowed = MOST_HELD_MB_PER_HOUR + (60 * NOISE_MB) / Math.max(span, 0.1);
  say(
    `\n${last.accepted} records, ${Math.round(rate)} a second; ${errors} errors\n` +
      `second half: held after collection ${held.toFixed(1)} MB an hour (${warm.heldMb.toFixed(1)} ` +
      `to ${end.heldMb.toFixed(1)} MB; at most ${allowed.toFixed(0)} MB an hour over so short a time)\n` +
      `             memory of the process ${rss.toFixed(1)} MB an hour ` +
      `(${first.rssMb.toFixed(0)} to ${last.rssMb.toFixed(0)} MB)\n` +
      `             handles ${first.handles} to ${last.handles} (at most ${MOST_HANDLES_GAINED} ` +
      `more); worst p99 of the event loop ${worst.toFixed(0)} ms\n` +
      `held alive: ${changesOf(warm.resources, end.resources)}`,
  );
  return errors === 0 && held <= allowed && gained <= MOST_HANDLES_GAINED;
}

function changesOf(before: Record<string, number>, after: Record<string, number>): string {
  return Object.entries(after)
    .map(([name, count]) => `${name} ${before[name] ?? 0} to ${count}`)
    .join(', ');
}

function tellGrowth(folder: string): void {
  const [before, after] = ['warm', 'end'].map((name) =>
    heldByName(join(folder, `${name}.heapsnapshot`)),
  );
  say('\ngrown between the snapshots:  bytes    count');
  for (const { name, count, bytes } of growth(before ?? new Map(), after ?? new Map()).slice(0, 25))
    say(`${String(bytes).padStart(35)}${String(count).padStart(9)}  ${name}`);
}

const postgres = await ThrowawayPostgres.start();
const probe = new HeapProbe(await freePort());
const tracker = await startReadyTracker({ DATABASE_URL: postgres.url, ...probe.environment });
try {
  const fleet = traffic(tracker.url);
  for (let at = 0; at < 5; at += 1) await fleet.post();
  const perSecond = values.rate
    ? Number(values.rate) / recordsPerBatch
    : (await fleet.calibrate()) / 2;
  say(`${Math.round(perSecond * recordsPerBatch)} records a second for ${minutes} minutes\n`);
  const startedMs = performance.now();
  const untilMs = startedMs + minutes * 60_000;
  const minute = (): number => (performance.now() - startedMs) / 60_000;
  const working = fleet.run(perSecond, untilMs);
  const looks: Look[] = [];
  const samples: Sample[] = [];
  let isSnapped = false;
  say('  minute  held MB  heap MB  ext. MB   RSS MB  handles  loop p99 ms  rollup lag ms');
  let sampleAtMs = startedMs + sampleMs;
  while (performance.now() < untilMs) {
    await sleep(LOOK_MS);
    const seen = await look(tracker.url, tracker.pid, minute());
    looks.push(seen);
    if (performance.now() < sampleAtMs) continue;
    sampleAtMs += sampleMs;
    const heap = await probe.read();
    samples.push({ minute: seen.minute, ...heap });
    const figures = [heap.heldMb, heap.heapMb, heap.externalMb, heap.rssMb].map((mb) =>
      mb.toFixed(1),
    );
    const others = [seen.handles, seen.loopP99Ms, seen.lagMs].map((figure) => figure.toFixed(0));
    const columns = [...figures, ...others].map((text) => text.padStart(9)).join('');
    say(`${seen.minute.toFixed(1).padStart(8)}${columns}`);
    if (values.snapshots && !isSnapped && seen.minute >= SNAPSHOT_AFTER * minutes) {
      isSnapped = true;
      await probe.snapshot(join(values.snapshots, 'warm.heapsnapshot'));
    }
  }
  await working;
  if (values.snapshots) {
    await probe.snapshot(join(values.snapshots, 'end.heapsnapshot'));
    tellGrowth(values.snapshots);
  }
  process.exitCode = judge(looks, samples, fleet.errors.length) ? 0 : 1;
} finally {
  await tracker.stop();
  await postgres.remove();
}
