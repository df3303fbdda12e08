/** Where the CPU time of a process went: `node scripts/run-ts.mjs test/bench/support/profile.ts folder`. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

/**
 * Functions by their own time, most first.
 * @returns lines of "share function file:line", idle time left out
 */
export function hottest(profile: CpuProfile, count = 25): string[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const own = new Map<string, number>();
  let total = 0;
  for (const [index, id] of profile.samples.entries()) {
    const frame = nodes.get(id)?.callFrame;
    if (!frame || frame.functionName === '(idle)' || frame.functionName === '(program)') continue;
    const spent = profile.timeDeltas[index] ?? 0;
    const file = frame.url.replace(/^.*\/(node_modules|libs|apps)\//, '');
    const place = frame.url ? ` ${file}:${frame.lineNumber + 1}` : '';
    const name = `${frame.functionName || '(anonymous)'}${place}`;
    own.set(name, (own.get(name) ?? 0) + spent);
    total += spent;
  }
  return [...own]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([name, spent]) => `${((100 * spent) / total).toFixed(1).padStart(5)} %  ${name}`);
}

/** The profiles that `--cpu-prof` left in a folder. */
export function readProfiles(folder: string): CpuProfile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile);
}

const folder = process.argv[2];
if (process.argv[1]?.endsWith('profile.ts') && folder) {
  for (const profile of readProfiles(folder)) console.log(hottest(profile, 45).join('\n'));
}
