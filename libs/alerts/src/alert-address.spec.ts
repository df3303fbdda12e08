import { describe, expect, it } from '@jest/globals';

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
  it('reads what was written', () => {
    const position = { firedAt: new Date('2026-11-22T10:00:00.123Z'), agentKey: 17, alertId };
    expect(decodeCursor(encodeCursor(position))).toEqual(position);
  });

  it.each([
    'abc',
    '',
    '%%%',
    Buffer.from(`9e99/17~${alertId}`).toString('base64url'),
    Buffer.from(`9999999999999999/17~${alertId}`).toString('base64url'),
    Buffer.from(`1/${alertId}`).toString('base64url'),
  ])('refuses %j', (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow('nextCursor');
  });
});
