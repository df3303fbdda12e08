import type { Routes } from '@angular/router';

/** What is delivered has no kit page; development builds take `kit-routes.ts` instead. */
export const kitRoutes: Routes = [];
