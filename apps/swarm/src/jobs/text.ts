const WORD = /\p{L}[\p{L}\p{N}]*(?:['’-][\p{L}\p{N}]+)*/gu;
const COMMON = new Set(
  `a about all also an and any are as at be been but by can could do does for from had has have he
  her his how i if in into is it its like may more must no not of on one only or other our out own
  same she should so some such than that the their them then there these they this those to up use
  used using was we were what when where which while who will with would you your`.split(/\s+/),
);

/** Lower-case words of a text. */
export function wordsOf(text: string): string[] {
  return (text.match(WORD) ?? []).map((word) => word.toLowerCase());
}

/** Words that carry meaning. */
export function termsOf(text: string): string[] {
  return wordsOf(text).filter((word) => word.length > 2 && !COMMON.has(word));
}

/** Prose sentences of 5–60 words of a Markdown or plain text; code, tables and links are left out. */
export function sentencesOf(text: string): string[] {
  return text
    .replace(/^(```|~~~)[^]*?^\1/gm, '\n\n')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>|`/g, '')
    .split(/(?<=[.!?])\s+|\n\s*\n|\n(?=[#*|-])/)
    .map((sentence) =>
      sentence
        .replace(/\s+/g, ' ')
        .replace(/^[#*\-|>\s]+/, '')
        .trim(),
    )
    .filter((sentence) => {
      const length = sentence.split(' ').length;
      return length >= 5 && length <= 60;
    });
}

export function countsOf(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** Most frequent first, then by the alphabet. */
export function ranked(scores: ReadonlyMap<string, number>, count: number): [string, number][] {
  return [...scores].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, count);
}

/** Inverse document frequency, ln(N / df), each group of terms being a document. */
export function inverseFrequencies(documents: readonly string[][]): Map<string, number> {
  const frequency = countsOf(documents.flatMap((terms) => [...new Set(terms)]));
  return new Map([...frequency].map(([term, df]) => [term, Math.log(documents.length / df)]));
}

/** Cosine of the angle between two bags of words, 0–1. */
export function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let dot = 0;
  for (const [term, count] of a) dot += count * (b.get(term) ?? 0);
  const norm = (bag: ReadonlyMap<string, number>): number =>
    Math.sqrt([...bag.values()].reduce((sum, count) => sum + count * count, 0));
  const norms = norm(a) * norm(b);
  return norms > 0 ? dot / norms : 0;
}

/**
 * Exponent s of Zipf's law, frequency ∝ rank^−s: least squares on the logarithms.
 * @param frequencies most frequent first
 * @returns null for fewer than 10
 */
export function zipfExponent(frequencies: readonly number[]): number | null {
  const n = frequencies.length;
  if (n < 10) return null;
  const points = frequencies.map((f, index) => [Math.log(index + 1), Math.log(f)] as const);
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return -covariance / variance;
}
