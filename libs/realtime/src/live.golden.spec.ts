import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { LIVE_REQUEST_SCOPES } from '@app/contracts';
import type { LiveEventName, LiveEvents } from '@app/contracts';

import { aRunningExecution, aStoredExecution, anAlertChange } from '../test/live.fixtures.js';
import { alertChanged, metricRecorded, taskCompleted, taskStarted } from './live.event.js';
import { LiveFrame } from './live.frame.js';
import { LiveParcel } from './live.parcel.js';

const GOLDEN = new URL('../../../test/golden/live-events.json', import.meta.url).pathname;

const said = <K extends LiveEventName>(type: K, data: LiveEvents[K]): string =>
  new LiveFrame(type, data).plain();

/** A message of each kind, as the plain WebSocket sends it; a new kind does not compile without. */
const MESSAGES: Record<LiveEventName, string> = {
  'performance:taskStarted': taskStarted(aRunningExecution()).frame(1).plain(),
  'performance:taskCompleted': taskCompleted(aStoredExecution()).frame(2).plain(),
  'performance:metricRecorded': metricRecorded(aStoredExecution()).frame(3).plain(),
  'performance:alert': alertChanged(anAlertChange()).frame(4).plain(),
  'performance:summary': said('performance:summary', {
    generatedAt: '2026-01-05T10:00:00.000Z',
    seq: 4,
    total: 0,
    agents: [],
  }),
  batch: new LiveParcel([taskCompleted(aStoredExecution()).frame(2)], true)
    .plain()
    .subarray(4)
    .toString(),
  resync: said('resync', { reason: 'slow_consumer', missed: 12 }),
  welcome: said('welcome', {
    project: 'default',
    serverTime: '2026-01-05T10:00:00.000Z',
    stream: '019b0000-0000-4000-8000-000000000009',
    seq: 4,
  }),
  pong: said('pong', { requestId: '1', serverTime: '2026-01-05T10:00:00.000Z' }),
  reply: said('reply', { requestId: '1', data: {} }),
  error: said('error', { requestId: '1', code: 'invalid-request', detail: 'agentId: is required' }),
};

describe('what goes over the wire', () => {
  it('is what clients were promised', () => {
    const messages = Object.values(MESSAGES).map((text) => JSON.parse(text) as unknown);
    const wire = `${JSON.stringify({ messages, requests: LIVE_REQUEST_SCOPES }, null, 2)}\n`;
    if (process.env['UPDATE_GOLDENS']) {
      mkdirSync(dirname(GOLDEN), { recursive: true });
      writeFileSync(GOLDEN, wire);
    }
    expect(wire).toBe(readFileSync(GOLDEN, 'utf8'));
  });
});
