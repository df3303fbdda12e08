import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '@app/contracts';
import { DomainError } from '@app/platform';
import fc from 'fast-check';

import { NdjsonLines } from './ndjson-lines.js';
import type { Line } from './ndjson-lines.js';

/** Hands bytes over in pieces that end at these places, and takes lines whenever `greed` says so. */
function linesOf(bytes: Buffer, cuts: readonly number[], greed: readonly boolean[]): Line[] {
  const lines = new NdjsonLines();
  const found: Line[] = [];
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let begin = 0;
  [...places, bytes.length].forEach((end, index) => {
    lines.add(bytes.subarray(begin, end));
    begin = end;
    if (greed[index]) found.push(...lines.take(2));
  });
  lines.end();
  while (!lines.isEmpty) found.push(...lines.take(3));
  return found;
}

const letter = fc.constantFrom('a', '{', '"', 'é', '😀', '\n', '\n', '\r', ' ', '\u2028');
const body = fc.string({ unit: letter, maxLength: 40 });
const cuts = fc.array(fc.nat(), { maxLength: 8 });
const greed = fc.array(fc.boolean(), { maxLength: 9 });

describe(NdjsonLines.name, () => {
  it('finds the same lines and numbers wherever the bytes are cut', () => {
    fc.assert(
      fc.property(body, cuts, greed, (text, places, takes) => {
        const expected = text
          .split('\n')
          .map((line, index) => ({ text: line, number: index + 1 }))
          .filter((line) => line.text.trim() !== '');
        expect(linesOf(Buffer.from(text), places, takes)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes any bytes, or refuses them as what they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), cuts, greed, (bytes, places, takes) => {
        const text = Buffer.from(bytes);
        try {
          const found = linesOf(text, places, takes);
          expect(found.every((line) => !line.text.includes('\n'))).toBe(true);
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          expect([error.code, error.status]).toEqual(['malformed-body', 400]);
          expect(text.toString('utf8')).toContain('\ufffd');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('holds no more of a line without an end than a record can be long', () => {
    const lines = new NdjsonLines();
    const piece = Buffer.alloc(64 * 1024, 'x');
    const most = LIMITS.lineBytes / piece.length;
    for (let count = 0; count < most; count += 1) lines.add(piece);
    expect(() => lines.add(Buffer.from('x'))).toThrow('A line is longer');
  });
});
