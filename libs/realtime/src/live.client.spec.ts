import { describe, expect, it, jest } from '@jest/globals';

import { FakeConnection } from '../test/live.fixtures.js';
import { LiveClient } from './live.client.js';
import { LiveFrame } from './live.frame.js';
import { CLOSINGS, LIVE_LIMITS } from './live.limits.js';

describe(LiveClient.name, () => {
  it('admits so many messages in a second, and again in the next', () => {
    const connection = new FakeConnection();
    const client = new LiveClient(connection, () => undefined);
    for (let second = 0; second < 3; second += 1) {
      for (let i = 0; i < LIVE_LIMITS.messagesPerSecond; i += 1) {
        expect(client.admit(5000 + second * 1000 + i)).toBe(true);
      }
    }
    expect(connection.closing).toBeNull();
  });

  it('closes who sends more, and says why', () => {
    const connection = new FakeConnection();
    const onClosed = jest.fn();
    const client = new LiveClient(connection, onClosed);
    for (let i = 0; i < LIVE_LIMITS.messagesPerSecond; i += 1) client.admit(5000);
    expect(client.admit(5999)).toBe(false);
    expect(client.admit(9999)).toBe(false);
    expect(connection.frames).toMatchObject([{ type: 'error', data: { code: 'rate_limited' } }]);
    expect(connection.closing).toBe(CLOSINGS.rateLimited);
    expect(onClosed).toHaveBeenCalledTimes(1);
  });

  it('closes who asks on without reading the answers', () => {
    const connection = new FakeConnection();
    const client = new LiveClient(connection, () => undefined);
    connection.buffered = LIVE_LIMITS.highWaterBytes + 1;
    client.tell(new LiveFrame('pong', { serverTime: '2026-01-05T10:00:00Z' }));
    expect(connection.frames).toEqual([]);
    expect(connection.closing).toBe(CLOSINGS.slowConsumer);
  });
});

describe(LiveFrame.name, () => {
  it('speaks both protocols', () => {
    const numbered = new LiveFrame('resync', { reason: 'restart', missed: 2 }, 41);
    expect(JSON.parse(numbered.plain().toString())).toEqual({
      type: 'resync',
      data: { reason: 'restart', missed: 2 },
      seq: 41,
    });
    expect(numbered.socketIo()).toBe(
      '2/agent-performance,["resync",{"reason":"restart","missed":2},41]',
    );
    const personal = new LiveFrame('reply', { data: 'ü' });
    expect(JSON.parse(personal.plain().toString())).toEqual({ type: 'reply', data: { data: 'ü' } });
    expect(personal.socketIo()).toBe('2/agent-performance,["reply",{"data":"ü"}]');
  });
});
