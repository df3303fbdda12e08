import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '@app/contracts';
import fc from 'fast-check';

import { prepareRecord } from './record-validator.js';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const context = { projectId: 7, project: 'mine', nowMs: NOW, oldestMs: NOW - 30 * 86_400_000 };

const base = {
  agentId: 'a',
  agentType: 'cognitive',
  taskId: 't',
  status: 'success',
  startedAt: '2026-11-22T09:00:00.000Z',
  durationMs: 5,
};
const NAMES = [
  ...Object.keys(base),
  'executionId',
  'endedAt',
  'complexity',
  'attempt',
  'cpuPercent',
  'memoryMb',
  'costUsd',
  'inputTokens',
  'progress',
  'metadata',
  'errorMessage',
  'project',
  'agentKey',
  'projectId',
  '__proto__',
  'constructor',
];
const value = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    0,
    -1,
    1.5,
    1e308,
    -0,
    1e-400,
    '5',
    'running',
    'abandoned',
    '9999-12-31T00:00:00Z',
  ),
);

describe(prepareRecord.name, () => {
  it('takes or refuses anything, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (input) => {
        const outcome = prepareRecord(input, context);
        expect('record' in outcome || outcome.problem.detail.length > 0).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps to its own project, and within bounds, whatever the fields are', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 }), (changes) => {
        // As it comes off the wire: `__proto__` is a key like any other there.
        const text = JSON.stringify({ ...base, ...changes });
        const outcome = prepareRecord(JSON.parse(text), context);
        if (!('record' in outcome)) return;
        const { record } = outcome;
        expect([record.projectId, record.project, record.agentKey]).toEqual([7, 'mine', 0]);
        for (const one of Object.values(record) as unknown[]) {
          if (typeof one === 'number') expect(Number.isFinite(one)).toBe(true);
          if (typeof one === 'string') {
            expect(one.isWellFormed() && !one.includes('\0')).toBe(true);
            expect(one.length).toBeLessThanOrEqual(LIMITS.metadataBytes);
          }
        }
        expect(record.durationMs ?? 0).toBeGreaterThanOrEqual(0);
        expect([1, 2, 3, 4, 5]).toContain(record.complexity);
        expect(record.status).not.toBe('abandoned');
        if (record.startedAtMs !== null) {
          expect(record.startedAtMs).toBeGreaterThanOrEqual(context.oldestMs);
          expect(record.startedAtMs).toBeLessThanOrEqual(NOW + LIMITS.futureMs);
        }
      }),
      { numRuns: 2000 },
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('names the same record the same, and another project’s otherwise', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[\w-]{1,20}$/),
        fc.stringMatching(/^[\w-]{1,20}$/),
        (agentId, taskId) => {
          const idIn = (projectId: number): unknown => {
            const outcome = prepareRecord({ ...base, agentId, taskId }, { ...context, projectId });
            return 'record' in outcome ? outcome.record.executionId : outcome.problem;
          };
          expect(idIn(1)).toMatch(/^[0-9a-f-]{36}$/);
          expect(idIn(1)).toBe(idIn(1));
          expect(idIn(1)).not.toBe(idIn(2));
        },
      ),
    );
  });
});
