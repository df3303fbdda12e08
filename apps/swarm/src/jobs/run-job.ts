import type { Job, JobReport, JobRequest } from './job.js';
import { JobFailure } from './job.js';
import { JobMeter } from './job-meter.js';
import { merge, plan } from './orchestrating-jobs.js';
import { compare, keyTerms, licence, vocabulary } from './reading-jobs.js';
import { summarise } from './summarise.js';
import { makeTool } from './tool-jobs.js';

/** Does a job on this thread. Never rejects: a failure is a report, with what was used until then. */
export async function runJob(
  { job, dutyCycle }: JobRequest,
  signal: AbortSignal,
): Promise<JobReport> {
  const meter = new JobMeter(dutyCycle, signal);
  try {
    const output = await perform(job, meter);
    return { ok: true, output, usage: meter.usage(), model: meter.model };
  } catch (error) {
    return { ok: false, ...reasonOf(error), usage: meter.usage(), model: meter.model };
  }
}

function perform(job: Job, meter: JobMeter): Promise<unknown> {
  switch (job.kind) {
    case 'plan':
      return plan(job, meter);
    case 'summarise':
      return summarise(job, meter);
    case 'key-terms':
      return keyTerms(job, meter);
    case 'licence':
      return licence(job, meter);
    case 'vocabulary':
      return vocabulary(job, meter);
    case 'compare':
      return compare(job, meter);
    case 'merge':
      return merge(job, meter);
    case 'make-tool':
      return makeTool(job, meter);
  }
}

function reasonOf(error: unknown): { errorType: string; message: string; retryable: boolean } {
  if (error instanceof JobFailure) {
    const { errorType, message, retryable } = error;
    return { errorType, message, retryable };
  }
  const { code, name, message } = error as { code?: unknown; name?: string; message?: string };
  // A code of the file system tells of the file: it will be the same next time.
  return {
    errorType: typeof code === 'string' ? code : (name ?? 'Error'),
    message: message ?? String(error),
    retryable: typeof code !== 'string',
  };
}
