import { hash, randomBytes } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const PREFIX_CHARACTERS = 8;
/** Five bits each: 160 bits that nobody guesses. */
const SECRET_CHARACTERS = 32;
const KEY = /^apt_[a-z2-7]{8}_[a-z2-7]{32}$/;

export interface MintedKey {
  /** `apt_<prefix>_<secret>`; given out once and kept nowhere. */
  key: string;
  /** `apt_<prefix>`, to recognise it by. */
  prefix: string;
  hash: string;
}

/** Makes a key that looks like one, so that scanners for leaked secrets find it. */
export function mintKey(): MintedKey {
  const prefix = `apt_${randomText(PREFIX_CHARACTERS)}`;
  const key = `${prefix}_${randomText(SECRET_CHARACTERS)}`;
  return { key, prefix, hash: hashOfSecret(key) };
}

/** A token for a session or an invitation: 256 bits. */
export function mintToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOfSecret(token) };
}

export function looksLikeKey(text: string): boolean {
  return KEY.test(text);
}

/**
 * What is kept of a secret that was made by chance. One round of SHA-256 is right for it, unlike
 * for passwords: a slow hash protects what can be guessed, and nobody tries 2^128 possibilities. It
 * takes a microsecond, so it can be asked for with every request; and a look-up by the hash tells
 * by its duration nothing of the secret.
 */
export function hashOfSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

function randomText(length: number): string {
  // 256 is a multiple of 32, so every character is equally likely.
  return Array.from(randomBytes(length), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join(
    '',
  );
}
