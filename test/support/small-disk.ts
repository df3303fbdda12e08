import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface SmallDisk {
  folder: string;
  unmount(): Promise<void>;
}

/**
 * Mounts the folder, waits on a pipe from us and unmounts it: however we end, no mount stays behind.
 */
const KEEPER =
  'mount -t tmpfs -o "size=$1,mode=711" tmpfs "$0" 2>/dev/null || exit 1; trap "" INT TERM HUP; echo ready; read x; umount -l "$0"; rmdir "$0"';

/** @returns null where we may not mount */
export async function mountSmallDisk(folder: string, sizeMb: number): Promise<SmallDisk | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const keeper = spawn('/bin/sh', ['-c', KEEPER, folder, `${sizeMb}m`], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(keeper, 'close');
  const ready = once(keeper.stdout, 'data').then(() => true);
  if (!(await Promise.race([ready, ended.then(() => false)]))) return null;
  return {
    folder,
    unmount: async () => {
      keeper.stdin.end();
      await ended;
    },
  };
}
