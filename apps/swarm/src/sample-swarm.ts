import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SwarmOrchestrator } from '@app/swarm';
import type { SwarmMetrics, TaskRecorder, TaskSnapshot } from '@app/swarm';
import { makeTeam } from './agents.js';
import type { JobExecutor } from './job-executor.js';
import type { ChatEndpoint, Plan } from './jobs/job.js';
import { seededRandom } from './random.js';
import { WorkPlan, packagesIn } from './work-plan.js';

/** Fewer open tasks than this, and the next round is planned. */
const LOW_WATER = 5;

export interface SampleSwarmOptions {
  tracker: TaskRecorder;
  executor: JobExecutor;
  /** A `node_modules` folder: what the agents read. */
  corpus: string;
  durationMs: number;
  seed: number;
  concurrency: number;
  chat?: ChatEndpoint | undefined;
  /** Overrides the agents' own, 0–1. */
  dutyCycle?: number | undefined;
  /** Ends it early. */
  signal: AbortSignal;
}

/**
 * Lets a team of agents read, compare and build for a while. What still runs at the end is recorded
 * as cancelled. Writes only into a temporary folder, which it removes.
 * @throws Error if the corpus holds no packages
 */
export async function runSampleSwarm(options: SampleSwarmOptions): Promise<SwarmMetrics> {
  const packages = await packagesIn(options.corpus);
  if (packages.length === 0) throw new Error(`there are no packages in ${options.corpus}`);
  const folder = await mkdtemp(join(tmpdir(), 'sample-swarm-'));
  const work = new WorkPlan(packages, folder, seededRandom(options.seed));
  const swarm = new SwarmOrchestrator({
    tracker: options.tracker,
    agents: makeTeam(options),
    maxConcurrentTasks: options.concurrency,
    // Outputs are large, and only those of the open rounds are wanted.
    keepSettledTasks: 40,
  });
  const addRound = (): void => swarm.addTasks(work.nextRound());
  const onSettled = ({ task, state, output }: TaskSnapshot): void => {
    if (task.type === 'plan' && state === 'completed') {
      swarm.addTasks(work.fromPlan(task.id, output as Plan));
    }
    const { pending, running } = swarm.metrics().tasks;
    if (pending + running < LOW_WATER) addRound();
  };
  try {
    swarm.on('taskSettled', onSettled);
    addRound();
    swarm.start();
    await delay(options.durationMs, undefined, { signal: options.signal }).catch(() => undefined);
    await swarm.stop();
    return swarm.metrics();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
