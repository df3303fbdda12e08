import type { ResourceUsage } from '@app/tracker';

/** Where a chat completion can be asked for. */
export interface ChatEndpoint {
  baseUrl: string;
  apiKey: string | undefined;
  model: string;
}

/** One piece of work, as it is sent to a worker thread. */
export type Job =
  | { kind: 'plan'; packages: string[]; seed: number }
  | { kind: 'summarise'; files: string[]; sentences: number; chat?: ChatEndpoint | undefined }
  | { kind: 'key-terms'; files: string[]; count: number; chat?: ChatEndpoint | undefined }
  | { kind: 'licence'; directories: string[] }
  | { kind: 'vocabulary'; files: string[] }
  | { kind: 'compare'; left: string[]; right: string[] }
  | { kind: 'merge'; parts: unknown[]; reportFile: string }
  | { kind: 'make-tool'; tool: string; design: number; sampleFile: string; directory: string };

export interface JobRequest {
  job: Job;
  /** Share of the time that the job may compute, 0–1; it rests for the remainder. */
  dutyCycle: number;
}

/** How a job ended, with what it used, measured. */
export type JobReport =
  | { ok: true; output: unknown; usage: ResourceUsage; model?: string | undefined }
  | {
      ok: false;
      errorType: string;
      message: string;
      retryable: boolean;
      usage: ResourceUsage;
      model?: string | undefined;
    };

/** A job that cannot be done, for a reason that lies in its input. */
export class JobFailure extends Error {
  constructor(
    readonly errorType: string,
    message: string,
    readonly retryable = false,
  ) {
    super(message);
  }
}

/** What the planner found out: files that there are, in random order. */
export interface Plan {
  texts: string[];
  /** Of any kind: whether they are text at all is found out by reading them. */
  others: string[];
}

/** What is known about the licence of a package; null where nothing is. */
export interface LicenceFinding {
  directory: string;
  found: string | null;
  declared: string | null;
}

export interface Vocabulary {
  words: number;
  distinct: number;
  /** Words that occur once. */
  once: number;
  /** Exponent of Zipf's law, fitted over the 100 most frequent words; null for short texts. */
  zipfExponent: number | null;
  /** The most frequent words. */
  top: [string, number][];
}
