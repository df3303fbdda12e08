import { describe, expect, it } from '@jest/globals';
import { FIRST_LAYOUT, parseLayout } from './columns';

describe(parseLayout.name, () => {
  it('takes back what was kept, within bounds', () => {
    const kept = {
      shown: ['task', 'nonsense', 'id'],
      widths: { id: 9e9, evil: 3 },
      density: 'cosy',
    };
    expect(parseLayout(JSON.stringify(kept))).toEqual({
      shown: ['task', 'id'],
      widths: { id: 640 },
      density: 'cosy',
    });
  });

  it.each([null, '', '{', '[]', '{"shown":7}', '{"shown":[]}'])('starts anew after %j', (text) => {
    expect(parseLayout(text)).toEqual(FIRST_LAYOUT);
  });
});
