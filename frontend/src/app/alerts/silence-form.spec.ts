import { describe, expect, it } from '@jest/globals';
import { newSilenceForm, readSilenceForm, toLocalText } from './silence-form';

const NOW = Date.parse('2026-05-01T10:00:00.000Z');

describe('the form of a silence', () => {
  it('starts now, about what was asked for, and reads back as the same instants', () => {
    const form = newSilenceForm(NOW, 'Europe/Berlin', { agentId: 'a', ruleId: 'slow_execution' });
    expect(readSilenceForm(form)).toEqual({
      problems: {},
      input: {
        matchers: [
          { field: 'agentId', operator: 'equals', value: 'a' },
          { field: 'ruleId', operator: 'equals', value: 'slow_execution' },
        ],
        startsAt: '2026-05-01T10:00:00.000Z',
        endsAt: '2026-05-01T12:00:00.000Z',
        recurrence: null,
        comment: '',
      },
    });
  });

  it('names what is missing or the wrong way round', () => {
    const form = { ...newSilenceForm(NOW, 'UTC'), endsAt: toLocalText(NOW - 60_000) };
    const { problems } = readSilenceForm({ ...form, weekly: true, days: [], startsAt: '' });
    expect(Object.keys(problems).toSorted()).toEqual(['days', 'matchers.0.value', 'startsAt']);
    expect(readSilenceForm(form).problems['endsAt']).toBe('must be after the start');
  });

  it('sends the weekly times only when they are wanted', () => {
    const form = { ...newSilenceForm(NOW, 'UTC', { agentId: 'a' }), weekly: true };
    expect(readSilenceForm(form).input.recurrence).toEqual({
      days: ['sat', 'sun'],
      from: '22:00',
      to: '04:00',
      timeZone: 'UTC',
    });
  });
});
