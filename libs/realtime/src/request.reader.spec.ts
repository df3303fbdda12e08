import { describe, expect, it } from '@jest/globals';
import { LIMITS, LIVE_KINDS, PERIODS, SEVERITIES } from '@app/contracts';
import { DomainError } from '@app/platform';
import fc from 'fast-check';

import { LIVE_LIMITS } from './live.limits.js';
import { LiveWish } from './live.wish.js';
import {
  readAgentMetrics,
  readIngest,
  readPing,
  readRequestId,
  readSubscription,
  readTrends,
} from './request.reader.js';

const NAMES = [
  'agentIds',
  'agentTypes',
  'events',
  'severities',
  'rate',
  'mode',
  'batch',
  'snapshot',
  'since',
  'agentId',
  'period',
  'lookback',
  'records',
  'requestId',
  'constructor',
  '__proto__',
];
const value = fc.oneof(
  fc.jsonValue(),
  fc.array(fc.constantFrom<unknown>('a', 'alert', 'critical', 1, null, ''), { maxLength: 120 }),
  fc.constantFrom<unknown>(0, 0.1, 5, 10, 11, -1, 1e9, true, 'day', 'latest', {
    stream: 's',
    seq: 1,
  }),
);
/** As it comes off the wire. */
const parameters = fc
  .oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 }))
  .map((given): unknown => JSON.parse(JSON.stringify(given)));

/** What is read, or null when it is refused by name. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    expect(error.status).toBe(400);
    expect(error.errors?.length).toBeGreaterThan(0);
    return null;
  }
}

describe('the parameters of messages', () => {
  it('become a subscription within bounds, or are refused', () => {
    fc.assert(
      fc.property(parameters, (given) => {
        const read = attempt(() => readSubscription(given));
        if (!read) return;
        const lists = [read.agentIds, read.agentTypes, read.events, read.severities];
        for (const list of lists) {
          expect(list?.length ?? 0).toBeLessThanOrEqual(LIVE_LIMITS.filterValues);
        }
        for (const id of [...(read.agentIds ?? []), ...(read.agentTypes ?? [])]) {
          expect([typeof id, id.length > 0 && id.length <= LIMITS.idLength]).toEqual([
            'string',
            true,
          ]);
        }
        expect(LIVE_KINDS).toEqual(expect.arrayContaining(read.events ?? []));
        expect(SEVERITIES).toEqual(expect.arrayContaining(read.severities ?? []));
        expect(read.rate ?? 1).toBeGreaterThanOrEqual(LIVE_LIMITS.lowestRate);
        expect(read.rate ?? 1).toBeLessThanOrEqual(LIVE_LIMITS.rate);
        expect(() => new LiveWish(read)).not.toThrow();
      }),
      { numRuns: 3000 },
    );
  });

  it('of questions are read or refused', () => {
    fc.assert(
      fc.property(parameters, (given) => {
        const trends = attempt(() => readTrends(given));
        if (trends) {
          expect(PERIODS).toContain(trends.period);
          expect(trends.agentId.length).toBeGreaterThan(0);
          expect(trends.lookback).toBeGreaterThanOrEqual(1);
          expect(trends.lookback).toBeLessThanOrEqual(LIMITS.trendPoints);
        }
        const metrics = attempt(() => readAgentMetrics(given));
        expect(metrics?.agentId ?? 'x').toEqual(expect.any(String));
        const ingest = attempt(() => readIngest(given));
        if (ingest)
          expect([typeof ingest.records, ingest.records === null]).toEqual(['object', false]);
        attempt(() => readPing(given));
      }),
      { numRuns: 2000 },
    );
  });

  it('hold an id that can be said back, or none', () => {
    fc.assert(
      fc.property(fc.oneof(parameters, fc.anything()), (given) => {
        const id = readRequestId(given);
        if (id !== undefined) expect(id.length).toBeLessThanOrEqual(LIMITS.idLength);
      }),
      { numRuns: 1000 },
    );
  });
});
