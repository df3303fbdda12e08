import type { JobReport, JobRequest } from './jobs/job.js';

/** Does jobs somewhere: in worker threads, or (in specs) right here. */
export interface JobExecutor {
  /** Never rejects: what goes wrong is a report. An abort ends the job soon. */
  run(request: JobRequest, signal: AbortSignal): Promise<JobReport>;
  close(): Promise<void>;
}
