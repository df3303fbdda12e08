import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom, shuffled } from '../random.js';
import type { Plan, Vocabulary } from './job.js';
import type { JobMeter } from './job-meter.js';
import { cosine, ranked } from './text.js';

const DEEPEST = 6;
const MOST_FILES = 400;
const LEAST_BYTES = 600;
const MOST_BYTES = 2 ** 18;
const BINARY =
  /\.(png|jpe?g|gif|ico|ttf|woff2?|wasm|node|bare|gz|zip|a|so[.\d]*|dylib|dll|exe|db|map)$/i;
const TEXT = /(^|\/)(readme|changelog|history|contributing|security|docs?\/)[^/]*$|\.(md|txt)$/i;

/** Walks some packages and picks out what there is to read. */
export async function plan(
  { packages, seed }: { packages: string[]; seed: number },
  meter: JobMeter,
): Promise<Plan> {
  const random = seededRandom(seed);
  const texts: string[] = [];
  const others: string[] = [];
  for (const directory of packages) {
    const found = await walk(directory, meter);
    const isText = (file: string): boolean => TEXT.test(file.slice(directory.length));
    texts.push(...shuffled(found.filter(isText), random).slice(0, 10));
    others.push(...shuffled(found, random).slice(0, 40));
  }
  return { texts: shuffled(texts, random), others: shuffled(others, random) };
}

async function walk(root: string, meter: JobMeter): Promise<string[]> {
  const files: string[] = [];
  const open = [{ directory: root, depth: 0 }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { directory, depth } = next;
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory() && entry.name !== 'node_modules' && depth < DEEPEST) {
        open.push({ directory: path, depth: depth + 1 });
      } else if (entry.isFile() && !BINARY.test(entry.name)) {
        const { size } = await stat(path);
        if (size >= LEAST_BYTES && size <= MOST_BYTES) files.push(path);
      }
      if (files.length >= MOST_FILES) return files;
    }
    await meter.breathe();
  }
  return files;
}

export interface MergedReport {
  parts: number;
  words: number;
  /** Cosine of each pair of vocabularies, the most alike first. */
  alike: number[];
  top: [string, number][];
  reportBytes: number;
}

/** Brings the results of many readers into one report, writes it and reads it back. */
export async function merge(
  { parts, reportFile }: { parts: unknown[]; reportFile: string },
  meter: JobMeter,
): Promise<MergedReport> {
  const vocabularies = parts.filter(isVocabulary);
  const bags = vocabularies.map(({ top }) => new Map(top));
  const sum = new Map<string, number>();
  for (const bag of bags) {
    for (const [word, count] of bag) sum.set(word, (sum.get(word) ?? 0) + count);
    await meter.breathe();
  }
  const alike: number[] = [];
  for (const [index, bag] of bags.entries()) {
    for (const other of bags.slice(index + 1)) alike.push(cosine(bag, other));
    await meter.breathe();
  }
  alike.sort((a, b) => b - a);
  const top = ranked(sum, 20);
  const words = vocabularies.reduce((total, part) => total + part.words, 0);
  await meter.write(reportFile, JSON.stringify({ words, top, alike, parts }, null, 2));
  await meter.breathe();
  const report = await meter.readText(reportFile);
  JSON.parse(report);
  return { parts: parts.length, words, alike, top, reportBytes: Buffer.byteLength(report) };
}

function isVocabulary(part: unknown): part is Vocabulary {
  return typeof part === 'object' && part !== null && 'zipfExponent' in part;
}
