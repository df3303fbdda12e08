import { gzipSync, zstdCompressSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@app/platform';
import fc from 'fast-check';

import { decodeUtf8, unpack } from './body-encoding.js';
import type { Encoding } from './body-encoding.js';

const pack = { gzip: gzipSync, zstd: zstdCompressSync } as const;
const encoding = fc.constantFrom<Encoding>('gzip', 'zstd');
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));

async function refusal(work: Promise<unknown>): Promise<number | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.status;
    throw error;
  }
}

describe(unpack.name, () => {
  it('brings back what was packed, and no byte more than was allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        encoding,
        bytes,
        fc.integer({ min: 1, max: 300 }),
        async (how, body, most) => {
          const packed = pack[how](body);
          if (body.length <= most) expect(await unpack(packed, how, most)).toEqual(body);
          else expect(await refusal(unpack(packed, how, most))).toBe(413);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('gives up a bomb', async () => {
    for (const how of ['gzip', 'zstd'] as const) {
      const bomb = pack[how](Buffer.alloc(50 * 1024 * 1024));
      expect([how, await refusal(unpack(bomb, how, 16 * 1024))]).toEqual([how, 413]);
    }
  });

  it('refuses what was cut off, changed or continued', async () => {
    await fc.assert(
      fc.asyncProperty(encoding, bytes, fc.nat(), fc.nat(2), async (how, body, where, what) => {
        fc.pre(body.length > 0);
        const packed = pack[how](body);
        const at = where % packed.length;
        const spoilt =
          what === 0
            ? packed.subarray(0, at)
            : what === 1
              ? Buffer.concat([packed, Buffer.from([1])])
              : Buffer.from(packed.map((byte, index) => (index === at ? byte ^ 0x10 : byte)));
        const status = await refusal(unpack(spoilt, how, 1_000_000));
        // A bit of the header that nobody reads may change.
        if (status !== null) expect([400, 413]).toContain(status);
        else expect([what, await unpack(spoilt, how, 1_000_000)]).toEqual([2, expect.anything()]);
      }),
      { numRuns: 150 },
    );
  });
});

describe(decodeUtf8.name, () => {
  it('takes UTF-8 and nothing else', () => {
    fc.assert(
      fc.property(bytes, (body) => {
        const isText = Buffer.from(body.toString('utf8')).equals(body);
        let text: string | null = null;
        try {
          text = decodeUtf8(body);
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
        }
        expect(text !== null).toBe(isText);
      }),
      { numRuns: 1000 },
    );
  });
});
