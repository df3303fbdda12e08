import { describe, expect, it } from '@jest/globals';
import type { Execution } from '@app/contracts';
import fc from 'fast-check';

import { CSV_HEADER, csvLine } from './csv.js';

/** RFC 4180, read letter by letter. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    let cell = '';
    if (line[at] === '"') {
      for (at += 1; !(line[at] === '"' && line[at + 1] !== '"'); at += 1) {
        if (line[at] === '"') at += 1;
        cell += line[at];
      }
      at += 1;
    } else {
      while (line[at] !== ',' && line[at] !== '\r') {
        cell += line[at];
        at += 1;
      }
    }
    cells.push(cell);
    if (line[at] !== ',') break;
    at += 1;
  }
  expect(line.slice(at)).toBe('\r\n');
  return cells;
}

const columns = CSV_HEADER.trimEnd().split(',') as (keyof Execution)[];
const FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/;

const letter = fc.constantFrom(...'=+-@\t\r\n",;\'＝＋－＠|ab1 ');
const text = fc.oneof(
  fc.string({ unit: letter, maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

describe(csvLine.name, () => {
  it('brings every text back, and no cell of text that a spreadsheet would calculate', () => {
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.double(),
        (agentName, taskName, errorMessage, durationMs) => {
          const given = {
            agentName,
            taskName,
            errorMessage,
            durationMs,
            metadata: { key: agentName },
          };
          const blank = Object.fromEntries(columns.map((name) => [name, null]));
          const cells = cellsOf(csvLine({ ...blank, ...given } as unknown as Execution));
          expect(cells).toHaveLength(columns.length);
          const cellOf = (name: keyof Execution): string => cells[columns.indexOf(name)] ?? '';
          for (const name of ['agentName', 'taskName', 'errorMessage'] as const) {
            const cell = cellOf(name);
            expect(cell).not.toMatch(FORMULA);
            expect(FORMULA.test(given[name]) ? cell.slice(1) : cell).toBe(given[name]);
          }
          expect(Number(cellOf('durationMs'))).toBe(durationMs === 0 ? 0 : durationMs);
          expect(JSON.parse(cellOf('metadata'))).toEqual(
            JSON.parse(JSON.stringify(given.metadata)),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});
