import type { Route, Routes } from '@angular/router';

/**
 * Asks for the code of the page at an address. The router asks for it as well, but not before the
 * application has started, which takes about as long.
 */
export function loadAhead(path: string, routes: Routes): void {
  const loaded = pageAt(path, routes)?.loadComponent?.();
  // Whoever needs it hears of a failure from the router.
  Promise.resolve(loaded).catch(() => undefined);
}

/** The first page whose pattern an address fits. */
export function pageAt(path: string, routes: Routes): Route | undefined {
  const segments = path.split('/').filter(Boolean);
  for (const route of routes) {
    const pattern = (route.path ?? '').split('/').filter(Boolean);
    const fits = pattern.every((part, at) => part.startsWith(':') || part === segments[at]);
    if (!fits || pattern.length > segments.length) continue;
    const rest = segments.slice(pattern.length).join('/');
    if (route.children) return pageAt(rest, route.children);
    if (rest === '' && route.loadComponent) return route;
  }
  return undefined;
}
