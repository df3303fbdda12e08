import { describe, expect, it } from '@jest/globals';
import type { Benchmark } from '@app/contracts';
import { DomainError } from '@app/platform';
import fc from 'fast-check';

import { readImport, toCsv } from './benchmark-file.js';

const figures = { expectedMs: 1.5, maxCpuPercent: 50, maxMemoryMb: 512, minSuccessRate: 0 };

function aBenchmark(agentType: string, taskType: string, expectedMs = 100): Benchmark {
  return {
    ...figures,
    id: '0190a0c0-0000-7000-8000-000000000001',
    agentType,
    taskType,
    complexity: 1,
    expectedMs,
    source: 'custom',
    version: 3,
    updatedAt: '2026-11-22T10:00:00.000Z',
  };
}

function refusal(body: unknown): DomainError {
  try {
    readImport(body);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('the CSV form', () => {
  it('brings every text and number back as it went', () => {
    const letters = fc.constantFrom(
      "'",
      '=',
      '@',
      '"',
      ',',
      '\n',
      '\r',
      '-',
      'a',
      '7',
      ' ',
      '＝',
      'é',
    );
    const text = fc
      .string({ unit: letters, minLength: 1, maxLength: 8 })
      .filter((value) => value.trim() !== '');
    const ms = fc.double({ min: 0.001, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(text, text, ms, (agentType, taskType, expectedMs) => {
        const [row] = readImport(toCsv([aBenchmark(agentType, taskType, expectedMs)]));
        expect({ ...row }).toEqual({ ...figures, agentType, taskType, complexity: 1, expectedMs });
      }),
      { numRuns: 2000 },
    );
  });

  it('holds no cell that a spreadsheet would calculate', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1', "'=1"]) {
      expect(toCsv([aBenchmark(text, 'x')]).split('\r\n')[1]).toMatch(/^"?'/);
    }
  });

  it('is read with any line end, without optional columns, and with a mark', () => {
    const rows = readImport('\ufeffagentType,complexity,expectedMs\npoet,1,10\r\npoet,2,20\n\n');
    expect(rows).toMatchObject([
      { agentType: 'poet', complexity: 1, expectedMs: 10 },
      { agentType: 'poet', complexity: 2, expectedMs: 20 },
    ]);
  });
});

describe(readImport.name, () => {
  it.each([
    ['nothing', undefined],
    ['no rows', { data: [] }],
    ['another form', [aBenchmark('a', 'b')]],
    ['unknown fields', { data: [aBenchmark('a', 'b')], more: 1 }],
    ['too many rows', { data: Array.from({ length: 2001 }, () => aBenchmark('a', 'b')) }],
    ['an unknown column', 'agentType,wat\na,b\n'],
    ['a column twice', 'agentType,agentType\na,b\n'],
    ['a short line', 'agentType,complexity\na\n'],
    ['an open quote', 'agentType,complexity\n"a,1\n'],
    ['a header only', 'agentType,complexity\n'],
  ])('refuses %s', (_, body) => {
    expect(refusal(body)).toMatchObject({ code: 'invalid-request', status: 400 });
  });

  it('names each row that cannot be taken, and why', () => {
    const data = [
      aBenchmark('a', 'b'),
      { ...aBenchmark('a', 'c'), complexity: 6, maxMemoryMb: 'much' },
      'row',
      aBenchmark('a', 'b'),
      { ...aBenchmark('half \ud83d', 'd'), wat: 1 },
    ];
    const problem = refusal({ data });
    expect(problem).toMatchObject({ code: 'refused-import', status: 422 });
    expect(problem.errors?.map(({ path, code }) => `${path} ${code}`)).toEqual(
      expect.arrayContaining([
        'rows.1.complexity invalid-value',
        'rows.1.maxMemoryMb invalid-value',
        'rows.2 invalid-value',
        'rows.3 duplicate',
        'rows.4.agentType invalid-value',
        'rows.4.wat unknown-parameter',
      ]),
    );
  });

  it('takes no long time for a text that is made to', () => {
    const beganMs = performance.now();
    refusal(`agentType,complexity\n"${'""'.repeat(500_000)}`);
    expect(performance.now() - beganMs).toBeLessThan(5000);
  });
});

describe('whatever is imported', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });

  it('brings every benchmark back through JSON as it went', () => {
    const ms = fc.double({ min: 0.001, max: 1e9, noNaN: true });
    const stored = fc.stringMatching(/^[^\0\ud800-\udfff]*[a-z][^\0\ud800-\udfff]*$/);
    fc.assert(
      fc.property(stored, stored, ms, (agentType, taskType, expectedMs) => {
        const body: unknown = JSON.parse(
          JSON.stringify({ data: [aBenchmark(agentType, taskType, expectedMs)] }),
        );
        const [row] = readImport(body);
        expect({ ...row }).toEqual({ ...figures, agentType, taskType, complexity: 1, expectedMs });
      }),
      { numRuns: 500 },
    );
  });

  it('is taken or refused by name', () => {
    const row = fc.dictionary(
      fc.constantFrom('agentType', 'taskType', 'complexity', 'expectedMs', 'x', '__proto__', 'id'),
      fc.oneof(text, fc.jsonValue()),
    );
    const body = fc.oneof(
      fc.jsonValue(),
      text,
      fc.array(row, { maxLength: 3 }).map((data) => ({ data })),
      fc
        .array(fc.string({ unit: fc.constantFrom(...'a",\r\n=1'), maxLength: 20 }), {
          maxLength: 4,
        })
        .map((lines) => ['agentType,complexity,expectedMs', ...lines].join('\r\n')),
    );
    fc.assert(
      fc.property(body, (given) => {
        try {
          expect(readImport(given).length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          expect([400, 422]).toContain(error.status);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('may be one long cell without running out of room', () => {
    const cell = `"${'a""'.repeat(700_000)}"`;
    expect(refusal(`agentType,complexity,expectedMs\r\n${cell},1,5\r\n`)).toMatchObject({
      code: 'refused-import',
    });
    expect(refusal(`agentType\r\n"${'x'.repeat(2_000_000)}`)).toMatchObject({ status: 400 });
  });
});
