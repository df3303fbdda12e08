/** Name of the package. */
export const NAME = 'agent-performance-tracker-sdk';

/** Begins a consumer's script: makes `tracker`, and gives `run(...taskIds)` and `burn(cpuMs)`. */
export function preamble(url: string, spoolDir: string, options: string): string {
  return `
    import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
    import { AgentPerformanceTracker } from '${NAME}';
    const spoolDir = ${JSON.stringify(spoolDir)};
    const tracker = new AgentPerformanceTracker({ url: '${url}', ${options} });
    const agent = { id: 'agent', name: 'Agent', type: 'cognitive' };
    async function run(...ids) {
      for (const id of ids) {
        await tracker.startTaskExecution('agent', 'Agent', 'cognitive', id, id, 1);
        await tracker.endTaskExecution('agent', 'Agent', 'cognitive', id, true);
      }
    }
    async function burn(ms) {
      for (let used = 0; used < ms; ) {
        const before = process.cpuUsage();
        let sum = 0;
        for (let i = 0; i < 2e5; i += 1) sum += Math.sqrt(i);
        const { user, system } = process.cpuUsage(before);
        used += sum > 0 ? (user + system) / 1000 : 0;
        await turn();
      }
    }`;
}

/** Uses the public face with types, in ways that must compile, and one that must not. */
export const TYPED_CONSUMER = `
import { AgentPerformanceTracker, PerformanceStream, StreamRefusedError, uuidV7 } from '${NAME}';
import type { ResourceUsage, StreamEvent, TaskMeter, TrackerOptions, TrackerStats } from '${NAME}';

const options: TrackerOptions = { url: 'http://127.0.0.1:9999', transport: 'auto', maxBatch: 10 };
const tracker = new AgentPerformanceTracker(options);
const usage: ResourceUsage = { cpuMs: 1, inputTokens: 2 };
const id: string = await tracker.startTaskExecution('a', 'A', 'cognitive', uuidV7(0), 'T', 3);
await tracker.endTaskExecution('a', 'A', 'cognitive', 't', true, undefined, usage, { executionId: id });
const agent = { id: 'a', name: 'A', type: 'cognitive' };
const answer: number = await tracker.track(agent, { id: 't', name: 'T' }, (meter: TaskMeter) => {
  meter.addUsage({ outputTokens: 1 });
  return Promise.resolve(42);
});
tracker.on('rejected', ({ record, problem }) => \`\${record.taskId} \${problem.code}\`);
tracker.once('dropped', ({ count, reason }) => count + reason.length);
const stats: TrackerStats = tracker.stats();
export const seen: number = stats.accepted + answer;
// @ts-expect-error: a complexity is a number
await tracker.startTaskExecution('a', 'A', 'cognitive', 't', 'T', 'high');
await tracker.close();

const stream = new PerformanceStream({
  url: 'http://127.0.0.1:9999',
  events: ['performance:alert'],
  readState: () => Promise.resolve(new Map<string, number>()),
  webSocket: class {
    readonly readyState = 0;
    onopen = null;
    onmessage = null;
    onclose = null;
    onerror = null;
    constructor(readonly url: string, readonly protocols?: string[]) {}
    send(_text: string): void {}
    close(): void {}
  },
});
export async function listen(): Promise<number> {
  let running = 0;
  try {
    for await (const event of stream) {
      if (event.type === 'resync') running = event.state.size + event.data.missed;
      else if (event.type === 'performance:taskCompleted') running += event.data.executionTime;
      else if (event.type === 'performance:alert') event.data.alert.severity satisfies string;
    }
  } catch (error) {
    if (error instanceof StreamRefusedError) return error.code.length;
  }
  return running;
}
export const kinds = (event: StreamEvent): string => event.type;
// @ts-expect-error: there is no such kind of event
stream.subscribe({ events: ['performance:nothing'] });
`;
