import { describe, expect, it } from '@jest/globals';
import type { ExecutionRecord } from '@app/contracts';
import fc from 'fast-check';
import { RecordBuffer } from './record-buffer.js';
import type { Batch } from './record-buffer.js';
import { retryAfterMs, retryDelayMs } from './retry.js';
import { uuidV7 } from './uuid-v7.js';

const aRecord = (id: number, running: boolean): ExecutionRecord => ({
  agentId: 'a',
  agentType: 'cognitive',
  taskId: String(id),
  status: running ? 'running' : 'success',
});
const idsOf = (batch: Batch) => batch.map(({ record }) => Number(record.taskId));

describe(RecordBuffer.name, () => {
  it('behaves like a plain list that loses its oldest running, then its oldest entry', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), running: fc.boolean() }),
      fc.record({ kind: fc.constantFrom('take' as const, 'settle' as const, 'back' as const) }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200 }),
        fc.integer({ min: 1, max: 9 }),
        (steps, cap) => {
          const buffer = new RecordBuffer(cap);
          let model: { id: number; running: boolean }[] = [];
          let taken: { batch: Batch; model: typeof model } | null = null;
          steps.forEach((it, id) => {
            if (it.kind === 'push') {
              buffer.push(aRecord(id, it.running));
              model.push({ id, running: it.running });
              if (model.length + (taken?.model.length ?? 0) > cap) {
                const index = model.findIndex(({ running }) => running);
                model.splice(Math.max(0, index), 1);
              }
            } else if (it.kind === 'take' && taken === null) {
              taken = { batch: buffer.take(3), model: model.splice(0, 3) };
              expect(idsOf(taken.batch)).toEqual(taken.model.map((slot) => slot.id));
            } else if (it.kind !== 'take' && taken !== null) {
              if (it.kind === 'settle') buffer.settle(taken.batch);
              else {
                buffer.putBack(taken.batch);
                model = [...taken.model, ...model];
              }
              taken = null;
            }
            expect(buffer.size).toBe(model.length + (taken?.model.length ?? 0));
          });
          expect(idsOf(buffer.take(Infinity))).toEqual(model.map(({ id }) => id));
        },
      ),
    );
  });
});

describe(retryDelayMs.name, () => {
  it('spreads over a range that doubles up to 30 s', () => {
    const most = [1, 2, 3, 7, 100].map((failures) => retryDelayMs(failures, 0, () => 1));
    expect(most).toEqual([500, 1000, 2000, 30_000, 30_000]);
    expect(retryDelayMs(3, 0, () => 0)).toBe(0);
  });

  it('never comes back before the server’s own time', () => {
    expect(retryDelayMs(1, 7000, () => 0)).toBe(7000);
  });
});

describe(retryAfterMs.name, () => {
  const nowMs = Date.parse('2026-01-02T03:04:05Z');

  it.each([
    [null, 0],
    ['3', 3000],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
    ['soon', 0],
  ])('reads %p as %i ms', (header, expected) => {
    expect(retryAfterMs(header, nowMs)).toBe(expected);
  });
});

describe(uuidV7.name, () => {
  it('begins with the instant, says version 7 and never repeats', () => {
    const ids = Array.from({ length: 100 }, () => uuidV7(0x0123_4567_89ab));
    for (const id of ids) expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
    expect(new Set(ids).size).toBe(100);
  });
});
