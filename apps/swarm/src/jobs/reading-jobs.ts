import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { askChat } from './chat.js';
import type { ChatEndpoint, LicenceFinding, Vocabulary } from './job.js';
import { JobFailure } from './job.js';
import type { JobMeter } from './job-meter.js';
import { classifyLicence } from './licences.js';
import { countsOf, inverseFrequencies, ranked, termsOf, wordsOf, zipfExponent } from './text.js';

const SLICE_CHARS = 32 * 1024;
const MOST_CHARS = 2_000_000;
/** Longest text that is compared word by word. */
const COMPARED_WORDS = 10_000;
/** Most of its packages may lack a known licence, no more than this share. */
const UNLICENSED_SHARE = 0.25;
const WORDS_KEPT = 1500;

/** Terms by TF-IDF, the paragraphs being the documents. */
export async function keyTerms(
  { files, count, chat }: { files: string[]; count: number; chat?: ChatEndpoint | undefined },
  meter: JobMeter,
): Promise<[string, number][]> {
  const text = await readAll(files, meter);
  if (chat !== undefined) {
    const question = `List the ${count} key terms, comma-separated:\n\n${text.slice(0, 8000)}`;
    const answer = await askChat(chat, question, meter);
    return answer.split(',').map((term, index) => [term.trim(), 1 / (index + 1)]);
  }
  const paragraphs = await inSlices(text, (it) => it.split(/\n\s*\n/).map(termsOf), meter);
  const idf = inverseFrequencies(paragraphs);
  await meter.breathe();
  const terms = countsOf(paragraphs.flat());
  if (terms.size < count * 10) {
    throw new JobFailure('TextTooShort', `${files.length} texts have only ${terms.size} terms`);
  }
  await meter.breathe();
  const scores = new Map([...terms].map(([term, tf]) => [term, tf * (idf.get(term) ?? 0)]));
  return ranked(scores, count);
}

/**
 * Finds the licence text of each package and says which licence it is.
 * @throws JobFailure if too many of them have none that is known
 */
export async function licence(
  { directories }: { directories: string[] },
  meter: JobMeter,
): Promise<LicenceFinding[]> {
  const findings: LicenceFinding[] = [];
  for (const directory of directories) {
    const names = await readdir(directory);
    const file = names.find((name) => /^(licen[cs]e|copying)/i.test(name));
    const text = file === undefined ? '' : await meter.readText(join(directory, file));
    const manifest = JSON.parse(await meter.readText(join(directory, 'package.json'))) as object;
    const declared = 'license' in manifest ? manifest.license : null;
    findings.push({
      directory,
      found: classifyLicence(text),
      declared: typeof declared === 'string' ? declared : null,
    });
    await meter.breathe();
  }
  const unknown = findings.filter(({ found }) => found === null);
  if (unknown.length > findings.length * UNLICENSED_SHARE) {
    const names = unknown.map(({ directory }) => directory.split('node_modules/').at(-1));
    const message = `no known licence text in ${names.join(', ')}`;
    throw new JobFailure('LicenceUnknown', message);
  }
  return findings;
}

export async function vocabulary(
  { files }: { files: string[] },
  meter: JobMeter,
): Promise<Vocabulary> {
  const words = await inSlices(await readAll(files, meter), wordsOf, meter);
  const counts = countsOf(words);
  await meter.breathe();
  const top = ranked(counts, WORDS_KEPT);
  await meter.breathe();
  return {
    words: words.length,
    distinct: counts.size,
    once: [...counts.values()].filter((count) => count === 1).length,
    zipfExponent: zipfExponent(top.slice(0, 100).map(([, count]) => count)),
    top,
  };
}

/** How alike two groups of texts are: shared words, and the longest common run of words. */
export async function compare(
  { left, right }: { left: string[]; right: string[] },
  meter: JobMeter,
): Promise<{ sharedWords: number; jaccard: number; commonRun: number }> {
  const first = await inSlices(await readAll(left, meter), wordsOf, meter);
  const second = await inSlices(await readAll(right, meter), wordsOf, meter);
  const [a, b] = [new Set(first), new Set(second)];
  const sharedWords = [...a].filter((word) => b.has(word)).length;
  const jaccard = sharedWords / Math.max(1, a.size + b.size - sharedWords);
  await meter.breathe();
  const compared = [first, second].map((words) => words.slice(0, COMPARED_WORDS));
  const numbers = new Map<string, number>();
  const [x = [], y = []] = compared.map((words) =>
    words.map((word) => {
      if (!numbers.has(word)) numbers.set(word, numbers.size);
      return numbers.get(word) ?? 0;
    }),
  );
  return { sharedWords, jaccard, commonRun: await commonSubsequence(x, y, meter) };
}

/** Length of the longest common subsequence, by dynamic programming in two rows. */
async function commonSubsequence(a: number[], b: number[], meter: JobMeter): Promise<number> {
  let previous = new Uint16Array(b.length + 1);
  let current = new Uint16Array(b.length + 1);
  for (const [row, word] of a.entries()) {
    for (let i = 1; i <= b.length; i += 1) {
      current[i] =
        b[i - 1] === word
          ? (previous[i - 1] ?? 0) + 1
          : Math.max(previous[i] ?? 0, current[i - 1] ?? 0);
    }
    [previous, current] = [current, previous];
    if (row % 100 === 0) await meter.breathe();
  }
  return previous[b.length] ?? 0;
}

/** Texts one after the other, as many as fit into what a worker may hold. */
export async function readAll(files: readonly string[], meter: JobMeter): Promise<string> {
  const texts: string[] = [];
  let chars = 0;
  for (const file of files) {
    const text = await meter.readText(file);
    chars += text.length;
    if (chars > MOST_CHARS) break;
    texts.push(text);
    await meter.breathe();
  }
  return texts.join('\n\n');
}

/** Works through a long text piece by piece, so that it can rest and stop. */
export async function inSlices<T>(
  text: string,
  work: (part: string) => T[],
  meter: JobMeter,
): Promise<T[]> {
  const results: T[] = [];
  for (let from = 0; from < text.length;) {
    const end = cutAfter(text, from + SLICE_CHARS);
    for (const result of work(text.slice(from, end))) results.push(result);
    from = end;
    await meter.breathe();
  }
  return results;
}

/** Where a slice may end: at a blank line, else at a space, else right there. */
function cutAfter(text: string, from: number): number {
  for (const gap of ['\n\n', ' ']) {
    const at = text.indexOf(gap, from);
    if (at >= 0 && at < from + SLICE_CHARS) return at;
  }
  return from;
}
