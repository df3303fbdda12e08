import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SwarmTask } from '@app/swarm';
import type { Job, Plan } from './jobs/job.js';
import { TOOLS } from './jobs/tools.js';
import { shuffled } from './random.js';

const PACKAGES_PER_ROUND = 80;
/** Share of tools that are begun with their obvious design; the tests find that out. */
const OBVIOUS_DESIGN_SHARE = 0.12;
const READ_TIMEOUT_MS = 6000;

/** Directories of all packages under a `node_modules`, scoped ones included. */
export async function packagesIn(root: string): Promise<string[]> {
  const candidates: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const path = join(root, entry.name);
    if (!entry.name.startsWith('@')) candidates.push(path);
    else candidates.push(...(await readdir(path)).map((name) => join(path, name)));
  }
  return candidates.filter((path) => existsSync(join(path, 'package.json')));
}

/** Makes the tasks, round by round, out of what lies on the disk. The same seed, the same tasks. */
export class WorkPlan {
  private round = 0;
  private queue: string[] = [];

  constructor(
    private readonly packages: readonly string[],
    private readonly folder: string,
    private readonly random: () => number,
  ) {}

  /** What a round begins with: the planning, and what needs no plan. */
  nextRound(): SwarmTask[] {
    const round = (this.round += 1);
    if (this.queue.length < PACKAGES_PER_ROUND) this.queue = shuffled(this.packages, this.random);
    const packages = this.queue.splice(0, PACKAGES_PER_ROUND);
    const count = this.between(20, 80);
    const licences = [packages.slice(0, count), packages.slice(-count)].map(
      (directories, index): SwarmTask => ({
        ...reading(round, `licence-${index}`, { kind: 'licence', directories }, []),
        name: `Classify the licences of ${directories.length} packages`,
      }),
    );
    const plan: SwarmTask = {
      ...orchestrating(round, 'plan', { kind: 'plan', packages, seed: round }, []),
      name: `Plan the reading of ${packages.length} packages`,
      priority: round % 3 === 0 ? 'high' : 'medium',
      steps: 2,
    };
    return [plan, ...licences];
  }

  /** What the finished plan leads to. */
  fromPlan(planId: string, { texts, others }: Plan): SwarmTask[] {
    const round = Number(/\d+/.exec(planId)?.[0]);
    if (texts.length === 0) return [];
    const some = (from: string[], least: number, most: number): string[] =>
      shuffled(from, this.random).slice(0, this.between(least, most));
    const after = [planId];
    const read = (what: string, job: Job): SwarmTask => reading(round, what, job, after);
    const counting = [texts, others, others].map((from, index) =>
      read(`words-${index}`, { kind: 'vocabulary', files: some(from, 30, 400) }),
    );
    const tasks = [
      ...counting,
      read('summary-a', { kind: 'summarise', files: some(texts, 2, 20), sentences: 4 }),
      read('summary-b', { kind: 'summarise', files: some(texts, 10, 70), sentences: 8 }),
      read('terms-a', { kind: 'key-terms', files: some(texts, 5, 120), count: 15 }),
      read('terms-b', { kind: 'key-terms', files: some(others, 50, 400), count: 15 }),
    ];
    const comparison: Job = {
      kind: 'compare',
      left: some(texts, 2, 12),
      right: some(texts, 2, 12),
    };
    tasks.push({ ...read('compare', comparison), priority: 'high' });
    const [sampleA = '', sampleB = ''] = shuffled(texts, this.random);
    tasks.push(this.tool(round, 'tool-a', sampleA, []));
    if (round % 2 === 0) tasks.push(this.tool(round, 'tool-b', sampleB, after));
    // Used again by later rounds, so that a long run does not fill the disk.
    const reportFile = join(this.folder, `report-${round % 8}.json`);
    const wanted = [planId, ...counting.map(({ id }) => id)];
    tasks.push({
      ...orchestrating(round, 'merge', { kind: 'merge', parts: [], reportFile }, wanted),
      name: `Merge the vocabularies of round ${round}`,
      priority: 'high',
      // Add up, compare, write, read back.
      steps: 4,
    });
    return tasks;
  }

  private tool(round: number, what: string, sampleFile: string, after: string[]): SwarmTask {
    const tool = TOOLS[this.between(0, TOOLS.length - 1)]?.name ?? '';
    const design = this.random() < OBVIOUS_DESIGN_SHARE ? 0 : 1;
    const directory = join(this.folder, `${what}-${round}`);
    return {
      id: idOf(round, what),
      name: `Make and test the tool ${tool}`,
      type: 'make-tool',
      priority: after.length > 0 ? 'high' : 'medium',
      dependencies: after,
      agentType: 'tool_maker',
      // Write, compile, run, check.
      steps: 4,
      estimatedMs: 3000,
      timeoutMs: 12_000,
      input: { kind: 'make-tool', tool, design, sampleFile, directory } satisfies Job,
    };
  }

  private between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }
}

function orchestrating(round: number, what: string, input: Job, dependencies: string[]): SwarmTask {
  return {
    id: idOf(round, what),
    name: what,
    type: input.kind,
    priority: 'medium',
    dependencies,
    agentType: 'orchestrator',
    estimatedMs: 500,
    input,
  };
}

function reading(round: number, what: string, input: Job, dependencies: string[]): SwarmTask {
  return {
    id: idOf(round, what),
    name: nameOf(input),
    type: input.kind,
    priority: 'medium',
    dependencies,
    agentType: 'cognitive',
    steps: 1,
    estimatedMs: 1000,
    timeoutMs: READ_TIMEOUT_MS,
    maxAttempts: 2,
    input,
  };
}

function nameOf(job: Job): string {
  if (job.kind === 'compare') return `Compare ${shown(job.left)} with ${shown(job.right)}`;
  if (job.kind === 'summarise') return `Summarise ${shown(job.files)}`;
  if (job.kind === 'key-terms') return `Find the key terms of ${shown(job.files)}`;
  if (job.kind === 'vocabulary') return `Count the words of ${shown(job.files)}`;
  return job.kind;
}

/** Package and file of the first: the last parts of a path say which one it is. */
function shown([first = 'nothing', ...rest]: readonly string[]): string {
  const name = first
    .split(/[\\/]/)
    .slice(-3)
    .join('/')
    .replace(/^.*node_modules\//, '');
  return rest.length === 0 ? name : `${name} and ${rest.length} more`;
}

function idOf(round: number, what: string): string {
  return `round-${round}/${what}`;
}
