import { invalidRequest } from '@app/platform';

import { MAX_SNOOZE_MS } from './dto/alert-action.dto.js';
import type { SnoozeDto } from './dto/alert-action.dto.js';

/**
 * The end of a snooze.
 * @throws DomainError `invalid-request` unless exactly one of the two is given, at most 30 days ahead
 */
export function snoozeUntil({ until, forMs }: Pick<SnoozeDto, 'until' | 'forMs'>, now: Date): Date {
  if ((until === undefined) === (forMs === undefined)) {
    throw refused('give either until or forMs');
  }
  const end = until === undefined ? new Date(now.getTime() + (forMs ?? 0)) : new Date(until);
  if (end.getTime() - now.getTime() > MAX_SNOOZE_MS) {
    throw refused('must be at most 30 days ahead');
  }
  return end;
}

function refused(detail: string): Error {
  return invalidRequest([{ path: 'until', code: 'invalid-value', detail }]);
}
