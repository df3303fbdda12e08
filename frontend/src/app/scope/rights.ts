import { Injector, Service, computed, inject } from '@angular/core';
import { toObservable } from '@angular/core/rxjs-interop';
import { Router } from '@angular/router';
import type { CanMatchFn } from '@angular/router';
import type { Scope as Right, Session } from '@app/contracts';
import { filter, firstValueFrom, race, timer } from 'rxjs';
import { apiFeed } from '../api/api-feed';
import { Scope } from './scope';

/** So long a page waits for who asks; the tracker refuses what is too much anyway. */
const PATIENCE_MS = 1500;

/**
 * What a control or a page needs: a right in the shown project, or in every project; `own`: none,
 * for it is about oneself. What is not given counts as `operate`.
 */
export const NEEDS = [
  'own',
  'read',
  'operate',
  'admin',
  'operate everywhere',
  'admin everywhere',
] as const;
export type Need = (typeof NEEDS)[number];

export function parseNeed(text: string | null | undefined): Need {
  return NEEDS.find((need) => need === text) ?? 'operate';
}

/**
 * What the one who looks at the page may do. Only for what is shown: the tracker decides by itself.
 * While nothing is known, everything is offered.
 */
@Service()
export class Rights {
  private readonly scope = inject(Scope);
  private readonly feed = apiFeed<Session>(() => ({ path: 'auth/session' }), 60_000);
  /** Who asks; undefined while unknown. */
  readonly session = this.feed.data;
  /** Whether one may do no more than look at the shown project. */
  readonly onlyLooks = computed(() => !this.may('operate'));
  private readonly settled = toObservable(
    computed(() => this.feed.data() !== undefined || this.feed.problem() !== undefined),
    { injector: inject(Injector) },
  ).pipe(filter(Boolean));

  may(need: Need, slug = this.scope.project()): boolean {
    const session = this.session();
    if (session === undefined || need === 'own') return true;
    const [right, everywhere] = need.split(' ') as [Right, string?];
    if (session.everywhere.includes(right)) return true;
    if (everywhere !== undefined) return false;
    // Until the list of projects is there it is not known which one is shown.
    const shown = session.projects.filter((one) => slug === undefined || one.slug === slug);
    return shown.some(({ scopes }) => scopes.includes(right));
  }

  /** Waits until it is known who asks, or that this cannot be known now; not for long. */
  async known(): Promise<void> {
    await firstValueFrom(race(this.settled, timer(PATIENCE_MS)));
  }
}

/** Matches a route only for those who may; what stands below it in the list is for the others. */
export function onlyFor(need: Need): CanMatchFn {
  return async () => {
    const rights = inject(Rights);
    const scope = inject(Scope);
    const url = inject(Router).currentNavigation()?.initialUrl;
    await rights.known();
    return rights.may(need, url?.queryParamMap.get('project') ?? scope.project());
  };
}
