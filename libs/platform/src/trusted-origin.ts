/** Whether a host name (no port, brackets allowed) means this machine. */
export function isLoopbackName(name: string): boolean {
  const bare = name.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}

/**
 * Whether a `Host` header names this machine. A page of another site can make its name resolve to
 * loopback (DNS rebinding), but it cannot change the name that the browser sends.
 */
export function isTrustedHost(hostHeader: string | undefined): boolean {
  if (!hostHeader) return false;
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]/?#@]+)(?::(\d{1,5}))?$/i.exec(hostHeader);
  return match?.[1] !== undefined && isLoopbackName(match[1]);
}

export interface FrontDoor {
  /** Address that the server is bound to. */
  host: string;
  /** Address that people reach it at. */
  publicUrl?: string | undefined;
}

/**
 * Whether requests may name this `Host`. On a loopback address, where no credential may be asked
 * for, that is this machine and the public address. On others the name is free: there nothing is
 * given without a credential, and those that a browser adds by itself are bound to one name.
 */
export function isServedHost(hostHeader: string | undefined, door: FrontDoor): boolean {
  if (isTrustedHost(hostHeader)) return true;
  if (!hostHeader || !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(hostHeader)) return false;
  if (!isLoopbackName(door.host)) return true;
  return door.publicUrl !== undefined && new URL(door.publicUrl).host === hostHeader.toLowerCase();
}

/**
 * Whether a request with this `Origin` may act: none (no browser, or a same-origin GET), the very
 * origin that serves the page, or the public address.
 */
export function isTrustedOrigin(
  origin: string | undefined,
  hostHeader: string | undefined,
  door: FrontDoor = { host: 'localhost' },
): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (door.publicUrl !== undefined && url.origin === new URL(door.publicUrl).origin) return true;
  return (
    url.protocol === 'http:' &&
    url.host === hostHeader?.toLowerCase() &&
    isServedHost(url.host, door)
  );
}
