import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { JobFailure } from './job.js';
import type { JobMeter } from './job-meter.js';

const MEMORY_MB = 64;

/** Answers of a tool, or the message of what it threw. */
interface ChildAnswer {
  outputs: unknown[];
  error: string | null;
  cpuMs: number;
  peakBytes: number;
}

/** What runs in the child: the tool on each input, then what that took. */
export const HARNESS = `import { readFileSync } from 'node:fs';
import { run } from './tool.mjs';
const inputs = JSON.parse(readFileSync(0, 'utf8'));
const outputs = [];
let error = null;
try {
  for (const input of inputs) outputs.push(run(input));
} catch (thrown) {
  error = String(thrown);
}
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const cpuMs = (userCPUTime + systemCPUTime) / 1000;
process.stdout.write(JSON.stringify({ outputs, error, cpuMs, peakBytes: maxRSS * 1024 }));
`;

/**
 * Runs a tool in a process of its own, which may read its own folder and nothing else.
 * @throws JobFailure if it is not done within the budget, or breaks
 */
export async function runTool(
  { directory, inputs, budgetMs }: { directory: string; inputs: unknown[]; budgetMs: number },
  meter: JobMeter,
): Promise<unknown[]> {
  const flags = [
    '--permission',
    `--allow-fs-read=${directory}`,
    `--max-old-space-size=${MEMORY_MB}`,
  ];
  const child = spawn(process.execPath, [...flags, 'harness.mjs'], {
    cwd: directory,
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let overBudget = false;
  const kill = (): boolean => {
    const used = usageOf(child.pid);
    if (used !== null) meter.addChild(used);
    return child.kill('SIGKILL');
  };
  const timer = setTimeout(() => (overBudget = kill()), budgetMs);
  meter.signal.addEventListener('abort', kill);
  try {
    const { stdout, stderr } = await exchange(child, JSON.stringify(inputs));
    meter.signal.throwIfAborted();
    if (overBudget) {
      throw new JobFailure('ToolTooSlow', `the tool was not done within ${budgetMs} ms`, true);
    }
    return outputsOf(stdout, stderr, meter);
  } finally {
    clearTimeout(timer);
    meter.signal.removeEventListener('abort', kill);
  }
}

async function exchange(
  child: ReturnType<typeof spawn>,
  input: string,
): Promise<{ stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A child that ends before it has read its input closes the pipe: its exit tells the story.
  child.stdin?.on('error', () => undefined).end(input);
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve());
  });
  return { stdout, stderr };
}

function outputsOf(stdout: string, stderr: string, meter: JobMeter): unknown[] {
  if (stdout === '') {
    throw new JobFailure('ToolCrashed', stderr.slice(0, 300) || 'the tool said nothing', true);
  }
  const { outputs, error, cpuMs, peakBytes } = JSON.parse(stdout) as ChildAnswer;
  meter.addChild({ cpuMs, peakBytes });
  if (error !== null) throw new JobFailure('ToolThrew', error, true);
  return outputs;
}

/** What a process has used so far, for one that is about to be killed; Linux only. */
function usageOf(pid = 0): { cpuMs: number; peakBytes: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    // After the name in brackets, user and system time are the 12th and 13th field, in ticks of 10 ms.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const peakKib = /VmHWM:\s+(\d+)/.exec(status)?.[1];
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * 10,
      peakBytes: Number(peakKib ?? 0) * 1024,
    };
  } catch {
    return null;
  }
}
