import { hash, verify } from '@node-rs/argon2';
import type { Algorithm } from '@node-rs/argon2';
import { DomainError, invalidRequest } from '@app/platform';

/** Argon2id with what OWASP's password storage cheat sheet asks for: 19 MiB, two passes. */
const OPTIONS = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};
export const PASSWORD_LENGTH = { least: 10, most: 200 } as const;
/** Long ones that everybody tries; shorter ones are refused for their length. */
const COMMON = new Set([
  '1234567890',
  '0123456789',
  '0987654321',
  '1111111111',
  '1q2w3e4r5t',
  '1qaz2wsx3edc',
  'abcdefghij',
  'administrator',
  'changeme123',
  'iloveyou123',
  'letmein123',
  'password12',
  'password123',
  'password1234',
  'passw0rd123',
  'q1w2e3r4t5',
  'qwerty1234',
  'qwerty12345',
  'qwertyuiop',
  'welcome123',
  'welcome1234',
]);
/** Each takes its memory and a processor: more at once would only slow each other down. */
const AT_ONCE = 2;
const MOST_WAITING = 50;

let running = 0;
const waiting: (() => void)[] = [];

/** @throws DomainError `overloaded` (503) when many wait already */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(normal(password), OPTIONS));
}

/**
 * Whether it is this password.
 * @param kept its hash; null where there is nobody: takes as long all the same, so that the time
 * does not tell which names exist
 */
export async function isPassword(kept: string | null, password: string): Promise<boolean> {
  const hashed = kept ?? (await nobody());
  const isRight = await inTurn(() => verify(hashed, normal(password)));
  return kept !== null && isRight;
}

/** @throws DomainError `invalid-request` naming the field */
export function requireGoodPassword(password: string, name: string, path = 'password'): void {
  const plain = password.toLowerCase();
  const isWeak = COMMON.has(plain) || plain.includes(name) || new Set(plain).size < 4;
  if (!isWeak) return;
  const detail = 'is easily guessed: it is common, repeats itself or holds the name';
  throw invalidRequest([{ path, code: 'weak-password', detail }]);
}

/** The same text may be typed as different characters. */
function normal(password: string): string {
  return password.normalize('NFKC');
}

let ofNobody: Promise<string> | undefined;
function nobody(): Promise<string> {
  ofNobody ??= hash(crypto.randomUUID(), OPTIONS);
  return ofNobody;
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MOST_WAITING) {
      throw new DomainError('overloaded', 503, 'Many are signing in', undefined, 2);
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}
