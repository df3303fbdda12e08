import { describe, expect, it } from '@jest/globals';
import { LIMITS, PERIODS } from '@app/contracts';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';

import {
  BreakdownQuery,
  CompareQuery,
  ExecutionsQuery,
  RunningQuery,
  SummaryQuery,
  TrendsQuery,
} from './query.dto.js';

const CLASSES = [
  BreakdownQuery,
  CompareQuery,
  ExecutionsQuery,
  RunningQuery,
  SummaryQuery,
  TrendsQuery,
] as const;

/** As the server reads a query; null: refused. */
function read<T extends object>(type: new () => T, query: object): T | null {
  const instance = plainToInstance(type, query);
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
  return errors.length === 0 ? instance : null;
}

const NAMES = [
  'window',
  'from',
  'to',
  'agentId',
  'agentIds',
  'agentType',
  'q',
  'tag',
  'sort',
  'order',
  'limit',
  'cursor',
  'period',
  'lookback',
  'tz',
  'complexity',
  'status',
  'executionId',
  'minDurationMs',
  'format',
  'project',
  'unknown',
  '__proto__',
];
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 250 }),
  fc.constantFrom(
    '',
    '0',
    '1',
    '5',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    ' 1',
    '1000',
    '1001',
    'NaN',
    'null',
  ),
  fc.constantFrom('asc', 'day', 'UTC', 'a,b', 'k:v', 'default', '2026-01-31T08:00:00Z', 'csv'),
  fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
);
/** As a query string gives it: texts, and lists where a name comes twice. */
const query = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 });

describe('the parameters of reads', () => {
  it.each(CLASSES.map((type) => [type.name, type] as const))(
    '%s holds only what it allows, whatever it is given',
    (_, type) => {
      fc.assert(
        fc.property(query, (given) => {
          const taken = read<object>(type, given);
          if (!taken) return;
          for (const [name, kept] of Object.entries(taken) as [string, unknown][]) {
            if (kept === undefined) continue;
            expect(kept).not.toEqual(NaN);
            if (typeof kept === 'string') {
              expect(kept).not.toContain('\0');
              expect(kept.length).toBeLessThanOrEqual(2000);
            } else if (Array.isArray(kept)) {
              expect(name).toBe('agentIds');
              expect(kept.length).toBeLessThanOrEqual(LIMITS.compareAgents);
              expect(new Set(kept).size).toBe(kept.length);
            } else {
              expect(typeof kept).toBe('number');
              expect(kept).toBeGreaterThanOrEqual(0);
            }
          }
          expect(Object.keys(taken)).not.toContain('unknown');
        }),
        { numRuns: 300 },
      );
    },
  );

  it('whole numbers are digits within bounds, and nothing else is', () => {
    fc.assert(
      fc.property(fc.oneof(value, fc.nat(2000).map(String)), (limit) => {
        const taken = read(SummaryQuery, { limit });
        const digits = typeof limit === 'string' && /^\d{1,15}$/.test(limit);
        const isTaken = digits && Number(limit) >= 1 && Number(limit) <= LIMITS.pageSize;
        expect(taken?.limit ?? null).toBe(isTaken ? Number(limit) : null);
      }),
      { numRuns: 500 },
    );
  });

  it('choices are those of the list', () => {
    fc.assert(
      fc.property(fc.oneof(value, fc.constantFrom(...PERIODS)), (period) => {
        const taken = read(TrendsQuery, { period });
        expect(taken !== null).toBe((PERIODS as readonly unknown[]).includes(period));
      }),
      { numRuns: 500 },
    );
  });
});
