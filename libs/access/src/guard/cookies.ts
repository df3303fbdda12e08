/** Only ours, over TLS, of this very host: a browser refuses the name unless all that holds. */
const SECURE_NAME = '__Host-apt_session';
/** On plain HTTP, which a tracker on its own machine speaks. */
const PLAIN_NAME = 'apt_session';

/**
 * The session's token out of a `Cookie` header. A cookie of the secure name is believed on any
 * connection, since only an answer of ours over TLS can have set it; one of the plain name is not
 * where people come by TLS, because there anybody on the way could have set it.
 */
export function readSessionCookie(
  header: string | undefined,
  isSecure: boolean,
): string | undefined {
  if (header === undefined) return undefined;
  const parts = header.split(';').map((part) => part.trim());
  const names = isSecure ? [SECURE_NAME] : [SECURE_NAME, PLAIN_NAME];
  for (const name of names) {
    const found = parts.find((part) => part.startsWith(`${name}=`));
    if (found !== undefined) return found.slice(name.length + 1);
  }
  return undefined;
}

/** A `Set-Cookie` header. @param maxAgeMs 0 takes the cookie away */
export function sessionCookie(token: string, maxAgeMs: number, isSecure: boolean): string {
  const name = isSecure ? SECURE_NAME : PLAIN_NAME;
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Lax', ...(isSecure ? ['Secure'] : [])];
  return [`${name}=${token}`, ...attributes, `Max-Age=${Math.floor(maxAgeMs / 1000)}`].join('; ');
}
