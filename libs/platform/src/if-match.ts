import { invalidRequest } from './domain-error.js';

/** Which versions a change may meet: `any` existing one, or one of these. */
export type VersionCondition = 'any' | number[];

const LIST = /^\s*(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*\s*$/;

/**
 * Reads an `If-Match` header (RFC 9110, section 13.1.1). Weak and foreign tags never match.
 * @returns null when there is none
 * @throws DomainError `invalid-request` when it is neither `*` nor a list of quoted tags
 */
export function parseIfMatch(header: string | undefined): VersionCondition | null {
  if (header === undefined) return null;
  if (header.trim() === '*') return 'any';
  if (header.length > 1000 || !LIST.test(header)) {
    throw invalidRequest([
      { path: 'If-Match', code: 'invalid-value', detail: 'must be * or quoted versions like "3"' },
    ]);
  }
  return [...header.matchAll(/(W\/)?"(\d{1,9})"/g)]
    .filter((match) => match[1] === undefined)
    .map((match) => Number(match[2]));
}
