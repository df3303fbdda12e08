import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { HARNESS, runTool } from './child.js';
import { Compiler } from './compiler.js';
import { JobFailure } from './job.js';
import type { JobMeter } from './job-meter.js';
import { wordsOf } from './text.js';
import { TOOLS, sampleWords } from './tools.js';

const BUDGET_MS = 1500;

/**
 * Writes a tool, compiles it, runs it in a process of its own and compares its answers with the
 * right ones. The test inputs are words of a text on disk.
 * @param job `design` picks one of the ways to write it; past the last, the last
 */
export async function makeTool(
  job: { tool: string; design: number; sampleFile: string; directory: string },
  meter: JobMeter,
): Promise<{ tool: string; tests: number; bytes: number }> {
  const plan = TOOLS.find(({ name }) => name === job.tool);
  const source = plan?.designs[Math.min(job.design, plan.designs.length - 1)];
  if (plan === undefined || source === undefined) {
    throw new JobFailure('UnknownTool', `nobody knows how to make ${job.tool}`);
  }
  const words = wordsOf(await meter.readText(job.sampleFile));
  if (words.length < 30) {
    throw new JobFailure('TextTooShort', `${job.sampleFile} gives too few words for a test`);
  }
  const inputs = plan.inputs(sampleWords(words, words.length));
  await meter.breathe();
  const compiler = await Compiler.load();
  await meter.breathe();
  const javascript = compiler.compile(source);
  await meter.breathe();
  try {
    await mkdir(job.directory, { recursive: true });
    await meter.write(join(job.directory, 'tool.mjs'), javascript);
    await meter.write(join(job.directory, 'harness.mjs'), HARNESS);
    const { directory } = job;
    const outputs = await runTool({ directory, inputs, budgetMs: BUDGET_MS }, meter);
    await meter.breathe();
    for (const [index, input] of inputs.entries()) {
      check(job.tool, input, outputs[index], plan.expected(input as never));
    }
  } finally {
    await rm(job.directory, { recursive: true, force: true });
  }
  return { tool: job.tool, tests: inputs.length, bytes: Buffer.byteLength(javascript) };
}

function check(tool: string, input: unknown, output: unknown, expected: unknown): void {
  // By way of JSON, as the child's answer came: an own realm would make equal values unlike.
  if (isDeepStrictEqual(output, JSON.parse(JSON.stringify(expected)))) return;
  const shown = (value: unknown): string => JSON.stringify(value).slice(0, 120);
  const message = `${tool}(${shown(input)}) gave ${shown(output)} instead of ${shown(expected)}`;
  throw new JobFailure('ToolTestFailed', message, true);
}
