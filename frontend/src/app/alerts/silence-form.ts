import type { Silence, SilenceInput, SilenceMatcher, Weekday } from '@app/contracts';
import { formatInstant } from '../format/format';
import { alertWords } from './words';

/** A silence as its form has it; instants as the reader's local `YYYY-MM-DDTHH:MM`. */
export interface SilenceForm {
  matchers: SilenceMatcher[];
  startsAt: string;
  endsAt: string;
  weekly: boolean;
  days: Weekday[];
  from: string;
  to: string;
  timeZone: string;
  comment: string;
}

const HOUR_MS = 3_600_000;

/** For a `datetime-local` control, in the reader's time zone. */
export function toLocalText(ms: number): string {
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** What a new silence starts with: two hours from now about what the address names. */
export function newSilenceForm(
  nowMs: number,
  timeZone: string,
  about: { agentId?: string | undefined; ruleId?: string | undefined } = {},
): SilenceForm {
  const given = (['agentId', 'ruleId'] as const).flatMap((field): SilenceMatcher[] => {
    const value = about[field];
    return value ? [{ field, operator: 'equals', value }] : [];
  });
  const matchers = given.length > 0 ? given : [emptyMatcher()];
  return {
    matchers,
    startsAt: toLocalText(nowMs),
    endsAt: toLocalText(nowMs + 2 * HOUR_MS),
    weekly: false,
    days: ['sat', 'sun'],
    from: '22:00',
    to: '04:00',
    timeZone,
    comment: '',
  };
}

export function emptyMatcher(): SilenceMatcher {
  return { field: 'agentId', operator: 'equals', value: '' };
}

/** What to send, or what is wrong with which field. */
export function readSilenceForm(form: SilenceForm): {
  input: SilenceInput;
  problems: Record<string, string>;
} {
  const { needed, afterStart, oneDay } = alertWords().silenceEditor;
  const problems: Record<string, string> = {};
  for (const [at, { value }] of form.matchers.entries()) {
    if (value.trim() === '') problems[`matchers.${at}.value`] = needed;
  }
  const [start, end] = [Date.parse(form.startsAt), Date.parse(form.endsAt)];
  if (Number.isNaN(start)) problems['startsAt'] = needed;
  if (Number.isNaN(end)) problems['endsAt'] = needed;
  else if (end <= start) problems['endsAt'] = afterStart;
  if (form.weekly && form.days.length === 0) problems['days'] = oneDay;
  const { days, from, to, timeZone, comment } = form;
  const iso = (ms: number): string => (Number.isNaN(ms) ? '' : new Date(ms).toISOString());
  const input: SilenceInput = {
    matchers: form.matchers.map((one) => ({ ...one, value: one.value.trim() })),
    startsAt: iso(start),
    endsAt: iso(end),
    recurrence: form.weekly ? { days, from, to, timeZone } : null,
    comment: comment.trim(),
  };
  return { input, problems };
}

/** `Agent id is planner-1`, `Agent id like planner-*`. */
export function matcherWords({ field, operator, value }: SilenceMatcher): string {
  const { fields, equals, like } = alertWords().silences;
  return operator === 'equals' ? equals(fields[field], value) : like(fields[field], value);
}

/** When a silence holds, in one line. */
export function silenceTimes({ startsAt, endsAt, recurrence }: Silence): string {
  const span = `${formatInstant(startsAt)} – ${formatInstant(endsAt)}`;
  if (recurrence === null) return span;
  const { days, from, to, timeZone } = recurrence;
  const { weekdays } = alertWords().silences;
  return `${days.map((day) => weekdays[day]).join(', ')} ${from}–${to} (${timeZone}), ${span}`;
}
