import { parentPort } from 'node:worker_threads';
import { runJob } from './jobs/run-job.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/** Entry of a worker thread: one job at a time. */
if (parentPort === null) throw new Error('job-worker runs in a worker thread only');
const port = parentPort;
let abort = new AbortController();

port.on('message', (message: ToWorker) => {
  if (message.type === 'abort') {
    abort.abort();
    return;
  }
  abort = new AbortController();
  void runJob(message.request, abort.signal).then((report) => {
    port.postMessage({ report } satisfies FromWorker);
  });
});
