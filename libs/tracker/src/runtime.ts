import type * as AsyncHooks from 'node:async_hooks';
import type * as DiagnosticsChannel from 'node:diagnostics_channel';
import type * as Fs from 'node:fs';
import type * as Os from 'node:os';
import type * as Path from 'node:path';
import type { Timer } from './timer.js';

/**
 * What the SDK takes from Node where it runs there. Nothing is imported: browsers lack these
 * modules, and a bundler must not look for them.
 */
export const node: NodeJS.Process | undefined = (globalThis as { process?: NodeJS.Process })
  .process;

interface Builtins {
  'node:async_hooks': typeof AsyncHooks;
  'node:diagnostics_channel': typeof DiagnosticsChannel;
  'node:fs': typeof Fs;
  'node:os': typeof Os;
  'node:path': typeof Path;
}

/** A module of Node, or undefined in a browser and before Node 20.16. */
export function builtin<K extends keyof Builtins>(name: K): Builtins[K] | undefined {
  return node?.getBuiltinModule?.(name as 'node:fs') as Builtins[K] | undefined;
}

export type { Timer } from './timer.js';

/** A timer that does not keep the process alive. Browsers' timers are plain numbers. */
export function unref(timer: Timer): Timer {
  (timer as { unref?: () => void }).unref?.();
  return timer;
}

const encoder = new TextEncoder();

export function byteLength(text: string): number {
  return encoder.encode(text).byteLength;
}

export interface Leaver {
  /** The event loop is empty: work begun here keeps the process alive until it is done. */
  beforeExit(): void;
  /** The process ends now: only what is done before this returns is done at all. */
  exit(): void;
}

/** One pair of listeners for all trackers: Node warns of a leak at the eleventh. */
const leavers = new Set<Leaver>();
const onBeforeExit = (): void => leavers.forEach((leaver) => leaver.beforeExit());
const onExit = (): void => leavers.forEach((leaver) => leaver.exit());

export function watchExit(leaver: Leaver): void {
  if (leavers.size === 0) node?.on?.('beforeExit', onBeforeExit).on('exit', onExit);
  leavers.add(leaver);
}

export function unwatchExit(leaver: Leaver): void {
  if (!leavers.delete(leaver) || leavers.size > 0) return;
  node?.off?.('beforeExit', onBeforeExit).off('exit', onExit);
}
