import { createHash } from 'node:crypto';

import { invalidRequest } from './domain-error.js';

const SEAL_BYTES = 12;
/** Through the year 9999: further on, instants are written in ways that not everybody reads. */
const LATEST_MS = 253_402_300_799_999;

/**
 * Makes a place in a list opaque. The seal binds it to the list (route, project, order, filters),
 * so that a cursor that was changed, or is used with another question, is refused instead of
 * giving a page of something else. It is no secret: a cursor gives no access to anything.
 * @param list what identifies the list, the same for all its pages
 */
export function sealCursor(list: unknown, place: unknown): string {
  const text = Buffer.from(JSON.stringify(place));
  return Buffer.concat([sealOf(list, text), text]).toString('base64url');
}

/**
 * The place that {@link sealCursor} took.
 * @param isPlace whether it is one: who knows the code can seal anything
 * @throws DomainError `invalid-request` if it is not a cursor of this list
 */
export function openCursor<T>(
  list: unknown,
  cursor: string,
  isPlace: (place: unknown) => place is T,
): T {
  const bytes = Buffer.from(cursor, 'base64url');
  const text = bytes.subarray(SEAL_BYTES);
  const genuine =
    // Several texts decode to the same bytes; only one of them was given out.
    bytes.toString('base64url') === cursor &&
    sealOf(list, text).equals(bytes.subarray(0, SEAL_BYTES));
  const place = genuine ? parsed(text) : undefined;
  if (isPlace(place)) return place;
  const detail = 'cursor is not one of this list: start again without it';
  throw invalidRequest([{ path: 'cursor', code: 'invalid-value', detail }]);
}

/** Whether it is an instant that every part of the tracker can hold, epoch ms. */
export function isEpochMs(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= LATEST_MS;
}

function parsed(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    // A SyntaxError: sealed by somebody else than us.
    return undefined;
  }
}

function sealOf(list: unknown, text: Buffer): Buffer {
  const hash = createHash('sha256').update('apt-cursor/1\0').update(JSON.stringify(list));
  return hash.update('\0').update(text).digest().subarray(0, SEAL_BYTES);
}
