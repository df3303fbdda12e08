import { describe, expect, it } from '@jest/globals';

import { ownBytes } from './own-bytes.js';

describe(ownBytes.name, () => {
  it('holds what was copied, and no neighbours', () => {
    const shared = Buffer.from('neighbour');
    const copy = ownBytes(shared.subarray(0, 5));
    shared.fill(0);
    expect(copy.toString()).toBe('neigh');
    expect(copy.buffer.byteLength).toBe(5);
  });
});
