import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';

const ENTRY = join(import.meta.dirname, '../../../../swarm/apps/swarm/src/main.js');
/** Where it records. */
export const SAMPLE_PROJECT = 'sample';
const PATIENCE_MS = 2000;

export interface SampleSwarm {
  /** Lets it finish what it does, for at most 2 s. */
  stop(): Promise<void>;
}

/**
 * Runs the sample swarm against the server as a process of its own, so that a newcomer's first
 * page is alive. It ends by itself, and with us.
 * @param onFailure gets one line; a swarm that fails is no reason to stop the server
 */
export function startSampleSwarm(
  url: string,
  seconds: number,
  /** With the scope `ingest`; null where none is asked for. */
  apiKey: string | null,
  onFailure: (reason: string) => void,
): SampleSwarm {
  const options = ['--url', url, '--project', SAMPLE_PROJECT, '--duration', String(seconds)];
  const child = spawn(process.execPath, [ENTRY, ...options, '--until-stdin-closes'], {
    // Its own group: Ctrl-C is for us, and closing its input is how we tell it.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    // Not among the options, which everybody on the machine can read.
    env: { ...process.env, ...(apiKey !== null && { APT_API_KEY: apiKey }) },
  });
  let stopping = false;
  let complaint = '';
  child.stdin.on('error', () => undefined);
  child.stderr.on(
    'data',
    (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)),
  );
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      onFailure(error.message);
      resolve();
    });
    child.once('close', (code, signal) => {
      if (!stopping && code !== 0)
        onFailure(lastWords(complaint) ?? `ended by ${signal ?? String(code)}`);
      resolve();
    });
  });
  stepBack(child.pid);
  return {
    stop: async () => {
      stopping = true;
      child.stdin.end();
      const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await ended;
      clearTimeout(impatience);
    },
  };
}

/** The server comes first where both want the processor. */
function stepBack(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // Without it the swarm is merely less polite.
  }
}

function lastWords(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.filter(Boolean).at(-1);
}
