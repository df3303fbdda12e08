import { createHash } from 'node:crypto';

import { bad } from './time-range.js';

const SEAL_BYTES = 12;

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
 * @throws DomainError `invalid-request` if it is not a cursor of this list
 */
export function openCursor(list: unknown, cursor: string): unknown {
  const bytes = Buffer.from(cursor, 'base64url');
  const text = bytes.subarray(SEAL_BYTES);
  const genuine =
    // Several texts decode to the same bytes; only one of them was given out.
    bytes.toString('base64url') === cursor &&
    sealOf(list, text).equals(bytes.subarray(0, SEAL_BYTES));
  if (!genuine) throw bad('cursor', 'is not one of this list: start again without it');
  return JSON.parse(text.toString('utf8'));
}

function sealOf(list: unknown, text: Buffer): Buffer {
  const hash = createHash('sha256').update('apt-cursor/1\0').update(JSON.stringify(list));
  return hash.update('\0').update(text).digest().subarray(0, SEAL_BYTES);
}
