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

/**
 * Whether a request with this `Origin` may act: none (no browser, or a same-origin GET), or the
 * very origin that serves the page.
 */
export function isTrustedOrigin(
  origin: string | undefined,
  hostHeader: string | undefined,
): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return (
    url.protocol === 'http:' && url.host === hostHeader?.toLowerCase() && isTrustedHost(url.host)
  );
}
