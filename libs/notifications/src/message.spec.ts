import { describe, expect, it } from '@jest/globals';
import type { Alert } from '@app/contracts';

import { composeMessage, oneLine } from './message.js';
import type { Notice } from './message.js';

function aNotice(transition: Notice['transition'], alert: Partial<Alert>): Notice {
  const base = { type: 'slow_execution', severity: 'warning', agentId: 'a', message: 'A took 2 s' };
  const whole = { ...base, ...alert } as Alert;
  return { transition, occurredAt: '2026-11-22T12:00:00.000Z', alert: whole };
}

const titleOf = (...notices: Notice[]) =>
  composeMessage(notices, { groupKey: 'g', open: 1, acknowledged: 0 }).title;

describe(composeMessage.name, () => {
  it('says of one alert what it says itself', () => {
    expect(titleOf(aNotice('fired', { severity: 'critical' }))).toBe('[CRITICAL] A took 2 s');
    expect(titleOf(aNotice('escalated', { severity: 'critical' }))).toBe(
      '[now CRITICAL] A took 2 s',
    );
    expect(titleOf(aNotice('renotified', {}))).toBe('[still WARNING] A took 2 s');
    expect(titleOf(aNotice('acknowledged', {}))).toBe('[acknowledged] A took 2 s');
    expect(titleOf(aNotice('resolved', {}))).toBe('[resolved] A took 2 s');
  });

  it('counts agents, not alerts', () => {
    const [one, two, three] = ['a', 'b', 'b'].map((agentId) => aNotice('fired', { agentId }));
    expect(titleOf(one as Notice, two as Notice)).toBe('[WARNING] 2 agents slow');
    expect(titleOf(one as Notice, two as Notice, three as Notice)).toBe(
      '[WARNING] 3 alerts: 2 agents slow',
    );
    expect(titleOf(two as Notice, three as Notice)).toBe('[WARNING] 2 alerts: 1 agent slow');
  });

  it('takes its severity from what is not resolved', () => {
    const over = aNotice('resolved', { agentId: 'c', severity: 'critical' });
    const open = ['a', 'b'].map((agentId) => aNotice('fired', { agentId }));
    expect(titleOf(over, ...open)).toBe('[WARNING] 2 agents slow, 1 resolved');
  });

  it('names what is about no single agent by its type', () => {
    const all = [1, 2].map(() => aNotice('fired', { type: 'threshold', agentId: '' }));
    expect(titleOf(...all)).toBe('[WARNING] 2 alerts: threshold');
  });
});

describe(oneLine.name, () => {
  it('leaves no line breaks and no half characters', () => {
    expect(oneLine(' a\r\nb\u2028c\u0085d\0 ')).toBe('a b c d');
    const cut = oneLine('🙂'.repeat(10), 6);
    expect(cut).toBe('🙂🙂…');
    expect(cut.isWellFormed()).toBe(true);
  });
});
