import { Location } from '@angular/common';
import { HttpErrorResponse } from '@angular/common/http';
import type { HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { Router } from '@angular/router';
import { catchError, throwError } from 'rxjs';

/** Where people sign in; `return` is the address to go back to. */
export const SIGN_IN = '/agent-performance/sign-in';
/** Pages for those who are not in yet. */
const OUTSIDE = [SIGN_IN, '/agent-performance/invitation', '/agent-performance/new-password'];

/**
 * Whoever is not signed in (any more) is led to where one signs in, and from there back to where
 * one was, range, filters and all.
 */
export const signInInterceptor: HttpInterceptorFn = (request, next) => {
  const router = inject(Router);
  const location = inject(Location);
  return next(request).pipe(
    catchError((error: unknown) => {
      const refused =
        error instanceof HttpErrorResponse && error.status === 401 && !isWrongPassword(error);
      // Wrong passwords are told by the page that asks for them; many panels ask at once.
      // The address, which is there before the router has come to its first page.
      const address = location.path(true);
      if (refused && !isOutside(router, address)) {
        void router.navigate([SIGN_IN], { queryParams: { return: address } });
      }
      return throwError(() => error);
    }),
  );
};

/** Who is signed in and mistypes a password stays where they are. */
function isWrongPassword({ error }: HttpErrorResponse): boolean {
  return (error as { code?: unknown } | null)?.code === 'sign-in-failed';
}

function isOutside(router: Router, address: string): boolean {
  const navigation = router.currentNavigation();
  const going = navigation?.finalUrl ?? navigation?.initialUrl;
  return [address, going?.toString() ?? ''].some((url) =>
    OUTSIDE.some((page) => url.startsWith(page)),
  );
}
