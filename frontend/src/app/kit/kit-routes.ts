import type { Routes } from '@angular/router';

/** Takes the place of `no-kit-routes.ts` in development builds. */
export const kitRoutes: Routes = [
  {
    path: 'kit',
    title: 'Kit · Agent Performance',
    loadComponent: () => import('./kit-page').then((m) => m.KitPage),
  },
];
