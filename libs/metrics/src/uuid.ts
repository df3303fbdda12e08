import { randomUUID } from 'node:crypto';

const LENGTH = 36;
/** 1 for the codes of hexadecimal digits, either case. */
const HEX = new Uint8Array(128);
for (const digit of '0123456789abcdefABCDEF') HEX[digit.charCodeAt(0)] = 1;

/** Whether text is a UUID as RFC 9562 writes it, either case; quicker than by a pattern. */
export function isUuid(text: string): boolean {
  if (text.length !== LENGTH) return false;
  for (let at = 0; at < LENGTH; at += 1) {
    const code = text.charCodeAt(at);
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (code !== 0x2d) return false;
    } else if (HEX[code] !== 1) {
      return false;
    }
  }
  return true;
}

/** A new UUID of version 7 (RFC 9562, section 5.7): ids sort as they were made, to the ms. */
export function timeOrderedId(nowMs = Date.now()): string {
  const time = nowMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
