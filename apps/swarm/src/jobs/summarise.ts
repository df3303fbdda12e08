import { askChat } from './chat.js';
import type { ChatEndpoint } from './job.js';
import { JobFailure } from './job.js';
import type { JobMeter } from './job-meter.js';
import { inSlices, readAll } from './reading-jobs.js';
import { countsOf, inverseFrequencies, sentencesOf, termsOf } from './text.js';

/** Sentences further apart are not compared: centrality is a matter of the neighbourhood. */
const NEIGHBOURHOOD = 2000;

/** A sentence as weighted terms, its length 1. */
type Vector = ReadonlyMap<string, number>;

/**
 * The sentences that say most: TF-IDF vectors (each sentence a document), of which those are
 * chosen that are most like the other ones, after LexRank by degree (Erkan and Radev 2004).
 * @throws JobFailure if there is too little prose
 */
export async function summarise(
  job: { files: string[]; sentences: number; chat?: ChatEndpoint | undefined },
  meter: JobMeter,
): Promise<string[]> {
  const text = await readAll(job.files, meter);
  const sentences = await inSlices(text, sentencesOf, meter);
  if (sentences.length < job.sentences * 3) {
    const message = `${job.files.join(', ')}: only ${sentences.length} sentences`;
    throw new JobFailure('TextTooShort', message);
  }
  if (job.chat !== undefined) {
    const prose = sentences.join(' ').slice(0, 8000);
    const question = `Summarise in ${job.sentences} sentences:\n\n${prose}`;
    return [await askChat(job.chat, question, meter)];
  }
  const vectors = await vectorsOf(sentences, meter);
  const centrality = await centralityOf(vectors, meter);
  return [...centrality.keys()]
    .sort((a, b) => (centrality[b] ?? 0) - (centrality[a] ?? 0))
    .slice(0, job.sentences)
    .sort((a, b) => a - b)
    .map((index) => sentences[index] ?? '');
}

async function vectorsOf(sentences: readonly string[], meter: JobMeter): Promise<Vector[]> {
  const terms = sentences.map(termsOf);
  const idf = inverseFrequencies(terms);
  await meter.breathe();
  return terms.map((words) => {
    const weights = [...countsOf(words)].map(
      ([term, n]) => [term, n * (idf.get(term) ?? 0)] as const,
    );
    const norm = Math.hypot(...weights.map(([, weight]) => weight)) || 1;
    return new Map(weights.map(([term, weight]) => [term, weight / norm]));
  });
}

async function centralityOf(vectors: readonly Vector[], meter: JobMeter): Promise<Float64Array> {
  const centrality = new Float64Array(vectors.length);
  for (const [index, vector] of vectors.entries()) {
    for (
      let other = index + 1;
      other < Math.min(vectors.length, index + NEIGHBOURHOOD);
      other += 1
    ) {
      const likeness = product(vector, vectors[other]);
      centrality[index] = (centrality[index] ?? 0) + likeness;
      centrality[other] = (centrality[other] ?? 0) + likeness;
    }
    if (index % 16 === 0) await meter.breathe();
  }
  return centrality;
}

function product(a: Vector, b: Vector | undefined): number {
  let sum = 0;
  for (const [term, weight] of a) sum += weight * (b?.get(term) ?? 0);
  return sum;
}
