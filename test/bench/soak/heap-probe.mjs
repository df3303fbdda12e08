/**
 * Loaded into the process under test by `--import`: tells, when it is asked, what its heap still
 * holds after everything that can be collected was. Independent of how busy the machine is.
 *   GET /reading            memory in bytes, and what keeps the process alive, by kind
 *   GET /snapshot?to=path   writes a heap snapshot
 */
import { createServer } from 'node:http';
import { setFlagsFromString, writeHeapSnapshot } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** What finalizers and weak references let go of goes with the next collection. */
async function collectAll() {
  for (let turn = 0; turn < 3; turn += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function resources() {
  const counts = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

async function answer(url) {
  await collectAll();
  if (url.pathname === '/snapshot') return { path: writeHeapSnapshot(url.searchParams.get('to')) };
  return { ...process.memoryUsage(), resources: resources() };
}

const server = createServer((request, response) => {
  void answer(new URL(request.url, 'http://probe')).then((body) => {
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(body));
  });
});
server.listen(Number(process.env.HEAP_PROBE_PORT), '127.0.0.1');
server.unref();
