import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ChatEndpoint } from './jobs/job.js';

export const USAGE = `Runs a sample swarm of agents doing real work, recorded in a tracker.

  --url <address>          the tracker (default http://127.0.0.1:9999)
  --project <slug>         project to record in (default sample)
  --duration <seconds>     how long, 0 for until it is stopped (default 180)
  --seed <number>          chooses the tasks (default 1)
  --corpus <folder>        a node_modules folder to read (default: the nearest)
  --until-stdin-closes     also stop when standard input ends
  --quiet                  say nothing but errors

APT_API_KEY is the key to send where the tracker asks for one (scope ingest).
OPENAI_BASE_URL (with OPENAI_API_KEY, OPENAI_MODEL) lets the readers ask a chat model.`;

export interface CommandOptions {
  url: string;
  project: string;
  durationMs: number;
  seed: number;
  corpus: string;
  untilStdinCloses: boolean;
  quiet: boolean;
  help: boolean;
  apiKey: string | undefined;
  chat: ChatEndpoint | undefined;
}

/** A timer cannot wait longer. */
const FOREVER_MS = 2 ** 31 - 1;

/**
 * Reads the command line and the environment.
 * @throws TypeError or RangeError naming the argument that makes no sense
 */
export function parseOptions(args: string[], env: NodeJS.ProcessEnv): CommandOptions {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:9999' },
      project: { type: 'string', default: 'sample' },
      duration: { type: 'string', default: '180' },
      seed: { type: 'string', default: '1' },
      corpus: { type: 'string' },
      'until-stdin-closes': { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const seconds = numberOf('duration', values.duration);
  return {
    url: values.url,
    project: values.project,
    durationMs: seconds === 0 ? FOREVER_MS : Math.min(seconds * 1000, FOREVER_MS),
    seed: numberOf('seed', values.seed),
    corpus: values.corpus ?? nearestModules(),
    untilStdinCloses: values['until-stdin-closes'],
    quiet: values.quiet,
    help: values.help,
    apiKey: env['APT_API_KEY'] || undefined,
    chat: chatOf(env),
  };
}

function numberOf(name: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new RangeError(`--${name} must be a number from 0 on, not "${text}"`);
}

function chatOf(env: NodeJS.ProcessEnv): ChatEndpoint | undefined {
  const baseUrl = env['OPENAI_BASE_URL'];
  if (!baseUrl) return undefined;
  const model = env['OPENAI_MODEL'] ?? 'gpt-4o-mini';
  return { baseUrl, apiKey: env['OPENAI_API_KEY'], model };
}

/** The first `node_modules` above this file. */
function nearestModules(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules');
    if (existsSync(modules) || folder === dirname(folder)) return modules;
  }
}
