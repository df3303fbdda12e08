import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { MarkedMinutes, eachMarkedMinute } from './marked-minutes.js';

const MINUTE_MS = 60_000;

describe('MarkedMinutes', () => {
  it('tells each (agent, minute) once, whatever is added', () => {
    const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });
    const added = fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 31 - 1 }), instant));
    fc.assert(
      fc.property(added, (pairs) => {
        const marked = new MarkedMinutes();
        const wanted = new Set<string>();
        for (const [agentKey, atMs] of pairs) {
          marked.add(agentKey, atMs);
          wanted.add(`${agentKey}/${atMs - (atMs % MINUTE_MS)}`);
        }
        const told: string[] = [];
        eachMarkedMinute(marked.encode(), marked.firstMs, (agentKey, minuteMs) => {
          told.push(`${agentKey}/${minuteMs}`);
        });
        expect(told.sort()).toEqual([...wanted].sort());
        expect(marked.count).toBe(wanted.size);
      }),
    );
  });

  it('takes a few bytes for the minutes of a usual group', () => {
    const marked = new MarkedMinutes();
    for (let index = 0; index < 4000; index += 1) {
      marked.add(1 + (index % 1000), 1_764_000_000_000 + (index % 7) * 20_000);
    }
    expect(marked.encode().length).toBeLessThan(marked.count * 3);
  });
});
