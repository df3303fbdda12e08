import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { readSessionCookie, sessionCookie } from './cookies.js';

describe(readSessionCookie.name, () => {
  it('finds the session among other cookies', () => {
    expect(readSessionCookie('a=1; apt_session=token; b=2', false)).toBe('token');
    expect(readSessionCookie('a=1; __Host-apt_session=token', true)).toBe('token');
    expect(readSessionCookie('xapt_session=other', false)).toBeUndefined();
    expect(readSessionCookie(undefined, false)).toBeUndefined();
  });

  it('believes the plain name only where nobody comes by TLS', () => {
    expect(readSessionCookie('apt_session=planted', true)).toBeUndefined();
    expect(readSessionCookie('apt_session=planted; __Host-apt_session=mine', true)).toBe('mine');
    expect(readSessionCookie('apt_session=planted; __Host-apt_session=mine', false)).toBe('mine');
  });
});

describe(sessionCookie.name, () => {
  it('is secure over TLS, and never for other hosts', () => {
    expect(sessionCookie('t', 90_500, true)).toBe(
      '__Host-apt_session=t; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=90',
    );
    expect(sessionCookie('', 0, false)).toBe(
      'apt_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
    );
  });
});

describe('whatever stands in the header', () => {
  const header = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.tuple(
          fc.constantFrom('apt_session', '__Host-apt_session', 'x', ' apt_session', 'APT_SESSION'),
          fc.constantFrom('=', '==', '', ' ='),
          fc.string({ maxLength: 10 }),
        ),
        { maxLength: 5 },
      )
      .map((parts) => parts.map((part) => part.join('')).join(';')),
  );

  it('what is read stands in it under our name, and holds no other cookie', () => {
    fc.assert(
      fc.property(header, fc.boolean(), (text, isSecure) => {
        const token = readSessionCookie(text, isSecure);
        if (token === undefined) return;
        const name = isSecure ? '__Host-apt_session' : '(__Host-)?apt_session';
        expect(text).toMatch(new RegExp(`(^|;)\\s*${name}=`));
        expect(token).not.toContain(';');
      }),
      { numRuns: 1000 },
    );
  });
});
