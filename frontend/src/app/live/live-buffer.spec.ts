import { describe, expect, it } from '@jest/globals';
import { aTaskCompleted, anExecution } from '../testing/builders';
import { LiveBuffer, finishedRow } from './live-buffer';
import type { LiveRow } from './live-buffer';

const T0 = Date.parse('2026-05-01T10:00:00Z');
const row = (executionId: string, over: Partial<LiveRow> = {}): LiveRow => ({
  ...finishedRow(aTaskCompleted({ executionId })),
  ...over,
});
const ids = (buffer: LiveBuffer): string[] => buffer.view(T0).rows.map((r) => r.executionId);

describe(LiveBuffer.name, () => {
  it('shows the newest first', () => {
    const buffer = new LiveBuffer();
    buffer.push(row('a'), T0);
    buffer.push(row('b'), T0);
    expect(ids(buffer)).toEqual(['b', 'a']);
  });

  it('replaces the running row of an execution by its end', () => {
    const buffer = new LiveBuffer();
    buffer.push(row('a', { status: 'running' }), T0);
    buffer.push(row('b'), T0);
    buffer.push(row('a', { status: 'failure' }), T0);
    expect(buffer.view(T0).rows.map((r) => [r.executionId, r.status])).toEqual([
      ['a', 'failure'],
      ['b', 'success'],
    ]);
  });

  it('takes the second word about an ended execution for what it is: no news', () => {
    const buffer = new LiveBuffer();
    buffer.push(row('a'), T0);
    buffer.push(row('b'), T0);
    buffer.push(row('a', { status: 'running' }), T0);
    buffer.push(finishedRow(anExecution({ executionId: 'a' })), T0);
    expect(ids(buffer)).toEqual(['b', 'a']);
    expect(buffer.view(T0).perMinute).toBe(2);
  });

  it('stands still while paused, counts what is new, and jumps to now', () => {
    const buffer = new LiveBuffer();
    buffer.push(row('a'), T0);
    buffer.pause();
    for (let i = 0; i < 3000; i += 1) buffer.push(row(`n${i}`), T0);
    expect(ids(buffer)).toEqual(['a']);
    expect(buffer.view(T0).newCount).toBe(3000);
    buffer.resume();
    expect(ids(buffer)[0]).toBe('n2999');
    expect(buffer.view(T0).newCount).toBe(0);
  });

  it('keeps no more than its bound', () => {
    const buffer = new LiveBuffer(10, 20);
    for (let i = 0; i < 100; i += 1) buffer.push(row(`n${i}`), T0);
    expect(ids(buffer)).toHaveLength(10);
  });

  it('heals a gap from a snapshot without doubling anything', () => {
    const buffer = new LiveBuffer();
    buffer.push(row('c', { at: '2026-05-01T10:00:03Z' }), T0);
    buffer.push(row('a', { at: '2026-05-01T10:00:01Z', status: 'running' }), T0);
    buffer.merge([
      row('a', { at: '2026-05-01T10:00:04Z' }),
      row('b', { at: '2026-05-01T10:00:02Z' }),
      row('c', { at: '2026-05-01T10:00:03Z' }),
    ]);
    expect(ids(buffer)).toEqual(['a', 'c', 'b']);
    expect(buffer.view(T0).rows[0]?.status).toBe('success');
  });

  it('forgets the rate of a minute ago', () => {
    const buffer = new LiveBuffer();
    buffer.push(row('a'), T0);
    buffer.push(row('b'), T0 + 30_000);
    expect(buffer.view(T0 + 59_000).perMinute).toBe(2);
    expect(buffer.view(T0 + 61_000).perMinute).toBe(1);
    expect(buffer.view(T0 + 600_000).perMinute).toBe(0);
  });
});
