import { setTimeout as sleep } from 'node:timers/promises';

import { DatabaseAwayError, isDatabaseUnavailable } from '@app/platform';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;

export interface WaitingOptions {
  /** Called once, before the first pause. */
  onAway: (reason: Error) => Promise<void>;
  /** Called at each further failure. */
  onStillAway: (reason: Error) => void;
  signal: AbortSignal;
  /** Uniform in [0, 1): spreads the tries of trackers that wait for the same server. */
  random?: () => number;
}

/**
 * Repeats an attempt for as long as it fails for want of a database.
 * @throws what else the attempt throws; the signal's reason once that is aborted
 */
export async function awaitDatabase<T>(
  attempt: () => Promise<T>,
  { onAway, onStillAway, signal, random = Math.random }: WaitingOptions,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!isAway(error)) throw error;
      if (failures === 0) await onAway(error);
      else onStillAway(error);
      const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
      await sleep(longest * (0.5 + random() / 2), undefined, { signal });
    }
  }
}

function isAway(error: unknown): error is Error {
  return error instanceof DatabaseAwayError || isDatabaseUnavailable(error);
}
