import type { JobReport, JobRequest } from './jobs/job.js';

export type ToWorker = { type: 'run'; request: JobRequest } | { type: 'abort' };
export interface FromWorker {
  report: JobReport;
}
