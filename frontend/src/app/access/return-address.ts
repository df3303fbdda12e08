import { HOME } from '../scope/home';

/**
 * Where to go after signing in: an address of our own pages, and nothing that leads elsewhere,
 * whatever somebody has put into a link.
 */
export function returnAddress(wanted: string | null | undefined): string {
  if (!wanted?.startsWith(HOME)) return HOME;
  const url = URL.canParse(wanted, location.origin) ? new URL(wanted, location.origin) : null;
  if (url?.origin !== location.origin) return HOME;
  const isDoor = ['/sign-in', '/invitation'].some((page) => url.pathname.startsWith(HOME + page));
  const isOurs = url.pathname === HOME || url.pathname.startsWith(`${HOME}/`);
  return isOurs && !isDoor ? url.pathname + url.search + url.hash : HOME;
}
