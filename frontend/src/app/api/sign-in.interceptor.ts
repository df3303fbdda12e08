import { HttpErrorResponse } from '@angular/common/http';
import type { HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { Router } from '@angular/router';
import { catchError, throwError } from 'rxjs';

/** Where people sign in; `return` is the address to go back to. */
export const SIGN_IN = '/agent-performance/sign-in';

/**
 * Whoever is not signed in (any more) is led to where one signs in, and from there back to where
 * one was, range, filters and all.
 */
export const signInInterceptor: HttpInterceptorFn = (request, next) => {
  const router = inject(Router);
  return next(request).pipe(
    catchError((error: unknown) => {
      const refused = error instanceof HttpErrorResponse && error.status === 401;
      // Wrong passwords are told by the page that asks for them; many panels ask at once.
      if (refused && !isThere(router)) {
        void router.navigate([SIGN_IN], { queryParams: { return: router.url } });
      }
      return throwError(() => error);
    }),
  );
};

function isThere(router: Router): boolean {
  const going = router.currentNavigation()?.finalUrl ?? router.currentNavigation()?.initialUrl;
  return [router.url, going?.toString() ?? ''].some((url) => url.startsWith(SIGN_IN));
}
