import { readFileSync, readdirSync } from 'node:fs';

/** Length of a clock tick of /proc, in µs (USER_HZ is 100 on every Linux that we meet). */
const TICK_US = 10_000;

interface Stat {
  parent: number;
  own: number;
  /** Of children that have ended and were waited for. */
  gone: number;
}

function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may itself hold spaces.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const [own1 = 0, own2 = 0, gone1 = 0, gone2 = 0] = fields.slice(11, 15);
    return { parent, own: own1 + own2, gone: gone1 + gone2 };
  } catch {
    // It has ended in the meantime.
    return null;
  }
}

/** CPU time in µs that a process has used; with its children, living and gone, on request. */
export function cpuUs(pid: number, withChildren = false): number {
  const root = statOf(pid);
  if (!root) return 0;
  if (!withChildren) return root.own * TICK_US;
  let ticks = root.own + root.gone;
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (stat?.parent === pid) ticks += stat.own + stat.gone;
  }
  return ticks * TICK_US;
}

/** Resident memory of a process in MB. */
export function rssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
