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

/** CPU time since the call before, in µs: precise, unlike {@link cpuUs}. */
export type CpuMeter = () => () => number;

/**
 * Measures what this process, a server and a database with its backends use together. On a machine
 * that others use too it says more than the clock.
 */
export function cpuMeter(serverPid: number, postgresPid: number): CpuMeter {
  return () => {
    const pids = [serverPid, postgresPid, ...childrenOf(postgresPid)];
    const before = pids.map(scheduledUs);
    const own = process.cpuUsage();
    return () => {
      const { user, system } = process.cpuUsage(own);
      return pids.reduce((sum, pid, index) => {
        // One that has ended reads as 0.
        return sum + Math.max(0, scheduledUs(pid) - (before[index] ?? 0));
      }, user + system);
    };
  };
}

function childrenOf(parent: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((pid) => statOf(pid)?.parent === parent);
}

/** What the scheduler has given all threads of a process, in µs. */
function scheduledUs(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
      const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
      return sum + Number(text.split(' ')[0]) / 1000;
    }, 0);
  } catch {
    return 0;
  }
}

/** Resident memory of a process in MB. */
export function rssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
