/** Only ours, over TLS, of this very host: a browser refuses the name unless all that holds. */
const SECURE_NAME = '__Host-apt_session';
/** On plain HTTP, which a tracker on its own machine speaks. */
const PLAIN_NAME = 'apt_session';

/** The session's token out of a `Cookie` header. */
export function readSessionCookie(
  header: string | undefined,
  isSecure: boolean,
): string | undefined {
  if (header === undefined) return undefined;
  const start = `${isSecure ? SECURE_NAME : PLAIN_NAME}=`;
  return header
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(start))
    ?.slice(start.length);
}

/** A `Set-Cookie` header. @param maxAgeMs 0 takes the cookie away */
export function sessionCookie(token: string, maxAgeMs: number, isSecure: boolean): string {
  const name = isSecure ? SECURE_NAME : PLAIN_NAME;
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Lax', ...(isSecure ? ['Secure'] : [])];
  return [`${name}=${token}`, ...attributes, `Max-Age=${Math.floor(maxAgeMs / 1000)}`].join('; ');
}
