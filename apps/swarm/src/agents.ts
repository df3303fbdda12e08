import { TaskFailure } from '@app/swarm';
import type { AgentResult, SwarmAgent, SwarmTask, TaskInputs } from '@app/swarm';
import type { JobExecutor } from './job-executor.js';
import type { ChatEndpoint, Job, LicenceFinding } from './jobs/job.js';

interface AgentPlan {
  id: string;
  name: string;
  type: 'orchestrator' | 'cognitive' | 'tool_maker';
  /** Share of the time that it computes; the rest it leaves to others. */
  dutyCycle: number;
}

const MISMATCHES_ACCEPTED = 1;

/** The team. Reader 4 does not rest, so its CPU use stands out. */
export const TEAM: readonly AgentPlan[] = [
  { id: 'planner-1', name: 'Planner 1', type: 'orchestrator', dutyCycle: 0.12 },
  { id: 'merger-1', name: 'Merger 1', type: 'orchestrator', dutyCycle: 0.1 },
  { id: 'reader-1', name: 'Reader 1', type: 'cognitive', dutyCycle: 0.1 },
  { id: 'reader-2', name: 'Reader 2', type: 'cognitive', dutyCycle: 0.12 },
  { id: 'reader-3', name: 'Reader 3', type: 'cognitive', dutyCycle: 0.16 },
  { id: 'reader-4', name: 'Reader 4', type: 'cognitive', dutyCycle: 0.6 },
  { id: 'toolsmith-1', name: 'Toolsmith 1', type: 'tool_maker', dutyCycle: 0.15 },
  { id: 'toolsmith-2', name: 'Toolsmith 2', type: 'tool_maker', dutyCycle: 0.2 },
];

export interface TeamOptions {
  executor: JobExecutor;
  chat?: ChatEndpoint | undefined;
  /** Overrides every agent's own, 0–1. */
  dutyCycle?: number | undefined;
}

export function makeTeam(options: TeamOptions): SwarmAgent[] {
  return TEAM.map((plan) => new JobAgent(plan, options));
}

/** An agent whose task input is a job. */
class JobAgent implements SwarmAgent {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly version = '1.0.0';

  constructor(
    private readonly plan: AgentPlan,
    private readonly options: TeamOptions,
  ) {
    this.id = plan.id;
    this.name = plan.name;
    this.type = plan.type;
  }

  async run(task: SwarmTask, signal: AbortSignal, inputs: TaskInputs): Promise<AgentResult> {
    const { executor, dutyCycle = this.plan.dutyCycle } = this.options;
    const job = this.complete(task.input as Job, inputs);
    const report = await executor.run({ job, dutyCycle }, signal);
    const { usage: resourceUsage, model } = report;
    if (report.ok) {
      return { output: report.output, resourceUsage, ...(model === undefined ? {} : { model }) };
    }
    const { errorType, message, retryable } = report;
    // A tool whose design failed its tests is written more carefully the next time.
    if (job.kind === 'make-tool' && !signal.aborted) (task.input as typeof job).design += 1;
    throw new TaskFailure(message, { errorType, retryable, resourceUsage, model });
  }

  /** Licence texts that say something else than their packages declare are not accepted. */
  validate(task: SwarmTask, { output }: AgentResult): string | null {
    if ((task.input as Job).kind !== 'licence') return null;
    const wrong = (output as LicenceFinding[]).filter(
      // A declaration with spaces or brackets is an expression of several licences.
      ({ found, declared }) =>
        found && declared && /^[\w.-]+$/.test(declared) && found !== declared,
    );
    if (wrong.length <= MISMATCHES_ACCEPTED) return null;
    const [first] = wrong;
    return `${wrong.length} packages declare another licence, such as ${first?.directory ?? ''}`;
  }

  private complete(job: Job, inputs: TaskInputs): Job {
    switch (job.kind) {
      case 'merge':
        return { ...job, parts: [...inputs.values()] };
      case 'summarise':
      case 'key-terms':
        return { ...job, chat: this.options.chat };
      case 'plan':
      case 'licence':
      case 'vocabulary':
      case 'compare':
      case 'make-tool':
        return job;
    }
  }
}
