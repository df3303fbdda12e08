import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { eventually, startReadyTracker, temporaryFolder } from '../support/tracker-process.js';

async function sampleTotal(url: string): Promise<number> {
  const answer = await fetch(`${url}/api/v1/agent-performance/summary/total?project=sample`);
  const { data } = (await answer.json()) as { data?: { total: number } };
  return data?.total ?? 0;
}

describe('the first start', () => {
  it('fills the sample project, and stops the swarm with the tracker', async () => {
    const folder = temporaryFolder();
    const tracker = await startReadyTracker({ DATA_DIR: join(folder, 'data'), SAMPLE_SWARM: 'on' });
    try {
      expect(await eventually(async () => (await sampleTotal(tracker.url)) > 0)).toBe(true);
      tracker.signal('SIGTERM');
      expect(await tracker.exited).toBe(0);
      expect(tracker.stderr()).toBe('');
    } finally {
      tracker.signal('SIGKILL');
      await tracker.exited;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
