import { describe, expect, it } from '@jest/globals';
import { sealCursor } from '@app/platform';

import { decodeCursor, encodeCursor, parseAlertId } from './alert-address.js';

const alertId = '0b1f6a52-7c1e-4b8e-9d60-2f4a3c5d7e91';

describe(parseAlertId.name, () => {
  it('reads agent key and id', () => {
    expect(parseAlertId(`17~${alertId.toUpperCase()}`)).toEqual({ agentKey: 17, alertId });
  });

  it.each([
    alertId,
    `17-${alertId}`,
    `00~${alertId}`,
    `-1~${alertId}`,
    `2147483648~${alertId}`,
    `99999999999~${alertId}`,
    '17~x',
    '',
    `17~${alertId}\n`,
  ])('refuses %j', (id) => {
    expect(() => parseAlertId(id)).toThrow('alert id');
  });
});

describe(decodeCursor.name, () => {
  it('reads what was written, for the same project only', () => {
    const position = { firedAt: new Date('2026-11-22T10:00:00.123Z'), agentKey: 17, alertId };
    expect(decodeCursor(3, encodeCursor(3, position))).toEqual(position);
    expect(() => decodeCursor(4, encodeCursor(3, position))).toThrow('cursor');
  });

  it.each([
    [null],
    [[]],
    [['9e99', `17~${alertId}`]],
    [[9e15, `17~${alertId}`]],
    [[-1, `17~${alertId}`]],
    [[1, alertId]],
    [[1, `17~${alertId}`, 1]],
  ])('refuses the place %j', (place) => {
    expect(() => decodeCursor(3, sealCursor(['alerts', 3], place))).toThrow('cursor');
  });

  it.each(['abc', '', '%%%', Buffer.from(`1/17~${alertId}`).toString('base64url')])(
    'refuses %j',
    (cursor) => {
      expect(() => decodeCursor(3, cursor)).toThrow('cursor');
    },
  );
});
