import { seededRandom } from '../random.js';
import { countsOf } from './text.js';

/** A small tool that a tool maker can make: what it should do, and how one might write it. */
export interface ToolPlan {
  name: string;
  /** TypeScript modules with an exported `run`, the obvious design first, the careful one last. */
  designs: readonly string[];
  /** Test inputs, made from words of a real text. */
  inputs(words: readonly string[]): unknown[];
  /** The right answer. */
  expected(input: never): unknown;
}

const fold = (word: string): string => word.normalize('NFKD').replace(/\p{M}/gu, '');

/** Levenshtein distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const median: ToolPlan = {
  name: 'median',
  designs: [
    `export function run(values: number[]): number {
  const sorted = [...values].sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}`,
    `export function run(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}`,
  ],
  inputs: (words) => [5, 8, 13].map((n) => words.slice(0, n).map(({ length }) => length ** 2)),
  expected: (values: number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
    return (low + high) / 2;
  },
};

const slug: ToolPlan = {
  name: 'slug',
  designs: [
    `export function run(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}`,
    `export function run(title: string): string {
  const plain = title.normalize('NFKD').replace(/\\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}`,
  ],
  inputs: (words) => [
    words.slice(0, 4).join(' '),
    `${words.slice(4, 8).join(', ')}!`,
    `Über ${words[0] ?? 'uns'}`,
  ],
  expected: (title: string) =>
    (
      fold(title)
        .toLowerCase()
        .match(/[a-z0-9]+/g) ?? []
    ).join('-'),
};

const reverse: ToolPlan = {
  name: 'reverse',
  designs: [
    `export function run(text: string): string {
  return text.split('').reverse().join('');
}`,
    `export function run(text: string): string {
  return Array.from(text).reverse().join('');
}`,
  ],
  // A character beyond the basic plane, two code units long, finds the obvious design out.
  inputs: (words) => [words.slice(0, 20).join(' '), words.slice(20, 24).join('🚀')],
  expected: (text: string) => [...text].toReversed().join(''),
};

const commonest: ToolPlan = {
  name: 'commonest-word',
  designs: [
    `export function run(words: string[]): string {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] += 1;
  return Object.entries(counts).sort((a, b) => b[1] - a[1])[0][0];
}`,
    `export function run(words: string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  let best = '';
  for (const [word, count] of counts) if (count > (counts.get(best) ?? 0)) best = word;
  return best;
}`,
  ],
  inputs: (words) => [words.slice(0, 50), words.slice(0, 400), ['constructor', 'constructor']],
  expected: (words: string[]) => {
    const counts = [...countsOf(words)];
    return counts.reduce((top, it) => (it[1] > top[1] ? it : top), ['', 0] as [string, number])[0];
  },
};

const editDistance: ToolPlan = {
  name: 'edit-distance',
  designs: [
    `export function run([a, b]: [string, string]): number {
  if (a === '' || b === '') return a.length + b.length;
  const rest: [string, string] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return run(rest);
  return 1 + Math.min(run(rest), run([a, rest[1]]), run([rest[0], b]));
}`,
    `export function run([a, b]: [string, string]): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}`,
  ],
  // The obvious design is right, but takes exponential time: long words exceed its budget.
  inputs: (words) => {
    const long = words.toSorted((a, b) => b.length - a.length).map((word) => word.slice(0, 11));
    return [0, 2, 4].map((i) => [long[i] ?? 'kitten', long[i + 1] ?? 'sitting']);
  },
  expected: ([a, b]: [string, string]) => distance(a, b),
};

const wrap: ToolPlan = {
  name: 'wrap-lines',
  designs: [
    `export function run({ text, width }: { text: string; width: number }): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += width) lines.push(text.slice(at, at + width).trim());
  return lines;
}`,
    `export function run({ text, width }: { text: string; width: number }): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = last + ' ' + word;
    } else lines.push(word);
  }
  return lines;
}`,
  ],
  inputs: (words) => [40, 60].map((width) => ({ text: words.slice(0, 80).join(' '), width })),
  expected: ({ text, width }: { text: string; width: number }) =>
    text.split(' ').reduce<string[]>((lines, word) => {
      const joined = `${lines.at(-1) ?? ''} ${word}`;
      return lines.length > 0 && joined.length <= width
        ? [...lines.slice(0, -1), joined]
        : [...lines, word];
    }, []),
};

const csv: ToolPlan = {
  name: 'csv-fields',
  designs: [
    `export function run(line: string): string[] {
  return line.split(',');
}`,
    `export function run(line: string): string[] {
  const fields: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)) {
    fields.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
  }
  return fields;
}`,
  ],
  inputs: (words) => [
    words.slice(0, 3).join(','),
    `"${words.slice(0, 2).join(', ')}",2,"say ""hi"""`,
  ],
  expected: (line: string) =>
    line.startsWith('"') ? [line.slice(1, line.indexOf('",')), '2', 'say "hi"'] : line.split(','),
};

export const TOOLS: readonly ToolPlan[] = [
  median,
  slug,
  reverse,
  commonest,
  editDistance,
  wrap,
  csv,
];

/** Words of the text in an order of their own, so that each tool meets other inputs. */
export function sampleWords(words: readonly string[], seed: number): string[] {
  const random = seededRandom(seed);
  const from = Math.floor(random() * Math.max(1, words.length - 500));
  return words.slice(from, from + 500);
}
