import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job, Plan } from './job.js';
import { runJob } from './run-job.js';
import { TOOLS, sampleWords } from './tools.js';

const MIT = `MIT License. Permission is hereby granted, free of charge, to any person obtaining a copy.
THE SOFTWARE IS PROVIDED 'AS IS', WITHOUT WARRANTY OF ANY KIND.`;

let root: string;
const at = (...path: string[]) => join(root, ...path);

async function make(path: string[], content: string | Uint8Array): Promise<string> {
  await mkdir(at(...path.slice(0, -1)), { recursive: true });
  await writeFile(at(...path), content);
  return at(...path);
}

const run = (job: Job, signal = new AbortController().signal) =>
  runJob({ job, dutyCycle: 1 }, signal);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'run-job-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe(runJob.name, () => {
  it('measures CPU, memory and the bytes that were read', async () => {
    const file = await make(['words.md'], 'the quick brown fox and the lazy dog '.repeat(5000));
    const report = await run({ kind: 'vocabulary', files: [file] });
    expect(report).toMatchObject({ ok: true, output: { words: 40_000, distinct: 7, once: 0 } });
    expect(report.usage.diskBytes).toBe(37 * 5000);
    expect(report.usage.cpuMs).toBeGreaterThan(1);
    expect(report.usage.memoryMb).toBeGreaterThan(5);
    expect(report.usage).not.toHaveProperty('networkBytes');
  });

  it('plans from what is there, by the seed', async () => {
    await make(['pkg', 'README.md'], 'r'.repeat(700));
    await make(['pkg', 'docs', 'guide.md'], 'g'.repeat(700));
    await make(['pkg', 'index.js'], 'j'.repeat(700));
    await make(['pkg', 'logo.png'], 'p'.repeat(700));
    await make(['pkg', 'tiny.md'], 't');
    await make(['pkg', 'node_modules', 'x', 'README.md'], 'x'.repeat(700));
    const job: Job = { kind: 'plan', packages: [at('pkg')], seed: 3 };
    const [first, second] = [await run(job), await run(job)];
    const { texts, others } = (first as { output: Plan }).output;
    expect(texts.toSorted()).toEqual([at('pkg', 'README.md'), at('pkg', 'docs', 'guide.md')]);
    expect(others).toHaveLength(3);
    expect(second).toMatchObject({ output: { texts, others } });
  });

  it('picks the sentences that are most like the others', async () => {
    const about = (thing: string) =>
      [1, 2, 3].map((n) => `The parser reads every ${thing} token number ${n} of the input file.`);
    const odd = 'Bananas ripen slowly under warm tropical afternoon skies.';
    const text = [...about('first'), odd, ...about('next'), ...about('last')].join('\n\n');
    const file = await make(['text.md'], text);
    const report = await run({ kind: 'summarise', files: [file], sentences: 3 });
    expect(report.ok && report.output).toHaveLength(3);
    expect(report.ok && report.output).not.toContain(odd);
  });

  it.each<[string, () => Promise<Job>, string]>([
    [
      'a binary file',
      async () => ({
        kind: 'vocabulary',
        files: [await make(['b.bin'], Buffer.from([65, 0, 66]))],
      }),
      'BinaryFile',
    ],
    [
      'bytes that are no UTF-8',
      async () => ({
        kind: 'vocabulary',
        files: [await make(['l1.txt'], Buffer.from([65, 0xe9]))],
      }),
      'NotUtf8',
    ],
    [
      'a file that is not there',
      () => Promise.resolve({ kind: 'key-terms', files: [at('none')], count: 3 }),
      'ENOENT',
    ],
    [
      'too little prose',
      async () => ({ kind: 'summarise', files: [await make(['s.md'], 'Hi.')], sentences: 2 }),
      'TextTooShort',
    ],
    [
      'no licence text',
      async () => {
        await make(['bare', 'package.json'], '{"license":"MIT"}');
        return { kind: 'licence', directories: [at('bare')] };
      },
      'LicenceUnknown',
    ],
  ])('fails on %s for good', async (_, job, errorType) => {
    const report = await run(await job());
    expect(report).toMatchObject({ ok: false, errorType, retryable: false });
  });

  it('classifies a licence by its text, not by what the package says', async () => {
    await make(['lib', 'package.json'], '{"license":"ISC"}');
    await make(['lib', 'LICENSE'], MIT);
    const report = await run({ kind: 'licence', directories: [at('lib')] });
    expect(report).toMatchObject({ output: [{ found: 'MIT', declared: 'ISC' }] });
  });

  it('finds the longest common run of words', async () => {
    const left = await make(['l.md'], 'alpha beta gamma delta epsilon');
    const right = await make(['r.md'], 'alpha gamma zeta epsilon beta');
    const report = await run({ kind: 'compare', left: [left], right: [right] });
    expect(report).toMatchObject({ output: { sharedWords: 4, jaccard: 4 / 6, commonRun: 3 } });
  });

  it('merges vocabularies into a report on disk', async () => {
    const part = (top: [string, number][]) => ({ words: 10, zipfExponent: null, top });
    const parts = [
      part([['a', 2]]),
      part([
        ['a', 1],
        ['b', 9],
      ]),
      { a: 'plan' },
    ];
    const report = await run({ kind: 'merge', parts, reportFile: at('report.json') });
    expect(report).toMatchObject({
      output: {
        words: 20,
        parts: 3,
        top: [
          ['b', 9],
          ['a', 3],
        ],
      },
    });
    expect(report.usage.diskBytes).toBeGreaterThan(100);
  });

  it('gives up when it is told to', async () => {
    const file = await make(['again.md'], 'word '.repeat(1000));
    const report = await run({ kind: 'vocabulary', files: [file] }, AbortSignal.abort());
    expect(report).toMatchObject({ ok: false, errorType: 'ABORT_ERR' });
  });

  it('rests in proportion to what it computed', async () => {
    const file = await make(
      ['long.md'],
      'several different words to be counted here '.repeat(40_000),
    );
    const job: Job = { kind: 'vocabulary', files: [file] };
    const begunAt = performance.now();
    const { usage } = await runJob({ job, dutyCycle: 0.25 }, new AbortController().signal);
    expect(performance.now() - begunAt).toBeGreaterThan((usage.cpuMs ?? 0) * 2);
  });
});

describe('making tools', () => {
  const WORDS = 'nine small words make up this very short example sentence, Größe included; ';

  async function tool(name: string, design: number) {
    const sampleFile = await make(['sample.md'], WORDS.repeat(60));
    const job: Job = { kind: 'make-tool', tool: name, design, sampleFile, directory: at('tool') };
    return run(job);
  }

  it.each(TOOLS.map(({ name }) => [name]))(
    'the careful design of %s passes its tests',
    async (name) => {
      const report = await tool(name, 1);
      expect(report).toMatchObject({ ok: true });
      // A child process of its own takes more than this; its figures are part of the job's.
      expect(report.usage.cpuMs).toBeGreaterThan(20);
      expect(report.usage.memoryMb).toBeGreaterThan(25);
      expect(report.usage.diskBytes).toBeGreaterThan(WORDS.length * 60);
      expect(await readdir(root)).not.toContain('tool');
    },
  );

  it.each([
    ['reverse', 'ToolTestFailed'],
    ['slug', 'ToolTestFailed'],
    ['commonest-word', 'CompileError'],
  ])('the obvious design of %s is found out: %s', async (name, errorType) => {
    expect(await tool(name, 0)).toMatchObject({ ok: false, errorType, retryable: true });
  });

  it('draws other words for other texts', () => {
    const words = Array.from({ length: 5000 }, (_, i) => `w${i}`);
    expect(sampleWords(words, 1)).toHaveLength(500);
    expect(sampleWords(words, 1)).not.toEqual(sampleWords(words, 2));
  });
});
