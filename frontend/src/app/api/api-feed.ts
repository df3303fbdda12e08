import { computed, effect, inject, linkedSignal, untracked } from '@angular/core';
import type { Signal } from '@angular/core';
import { httpResource } from '@angular/common/http';
import type { Answer } from '@app/contracts';
import { toApiProblem } from './api-problem';
import type { ApiProblem } from './api-problem';
import { Refresh } from './refresh';

export const API_ROOT = '/api/v1/agent-performance';

export interface ApiRequest {
  /** Below the root, e.g. `summary/total`. */
  path: string;
  /** Undefined and null ones are left out. */
  params?: Record<string, string | number | null | undefined>;
}

/** A question to the tracker that keeps its last answer while the next one is under way. */
export interface ApiFeed<T> {
  /** The newest answer; undefined until there is one for this project and path. */
  data: Signal<T | undefined>;
  /** Why the newest attempt failed; undefined when it did not. */
  problem: Signal<ApiProblem | undefined>;
  /** Whether there is no answer yet and one is expected. */
  waiting: Signal<boolean>;
  /** Whether the shown answer belongs to another question, whose answer is under way. */
  outdated: Signal<boolean>;
  reload(): void;
}

/** The address of a request, project and all. */
export function apiUrl(path: string): string {
  return `${API_ROOT}/${path}`;
}

/** The given parameters without the empty ones. */
export function givenParams(params: ApiRequest['params'] = {}): Record<string, string | number> {
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given) as Record<string, string | number>;
}

/**
 * Reads `request` and reads it again with every beat of {@link Refresh}.
 * @param request undefined: nothing is asked yet
 * @param everyMs never more often than this, milliseconds; a function is asked each time
 */
export function apiFeed<T>(
  request: () => ApiRequest | undefined,
  everyMs: number | (() => number) = 0,
): ApiFeed<T> {
  const refresh = inject(Refresh);
  const asked = computed(request);
  const resource = httpResource<Answer<T>>(() => {
    const wanted = asked();
    return wanted && { url: apiUrl(wanted.path), params: givenParams(wanted.params) };
  });

  // Another window of the same project may show the old figures dimmed; another project may not.
  const subject = computed(() => {
    const wanted = asked();
    return wanted && `${wanted.path} ${wanted.params?.['project'] ?? ''}`;
  });
  const answer = computed(() => (resource.hasValue() ? resource.value().data : undefined));
  const kept = linkedSignal<{ subject?: string; answer?: T }, { subject?: string; answer?: T }>({
    source: () => ({ subject: subject(), answer: answer() }),
    computation: (now, before) => {
      const sameSubject = before !== undefined && before.value.subject === now.subject;
      return now.answer === undefined && sameSubject ? before.value : now;
    },
  });

  let lastAskedAt = Date.now();
  effect(() => {
    if (refresh.beat() === 0) return;
    untracked(() => {
      const gap = typeof everyMs === 'number' ? everyMs : everyMs();
      // A quarter of a second of slack: timers fire early and late.
      if (Date.now() - lastAskedAt + 250 < gap) return;
      if (resource.reload()) lastAskedAt = Date.now();
    });
  });
  effect(() => {
    // Read here, so that each answer is kept even while nobody looks.
    if (kept().answer !== undefined) untracked(() => refresh.noteAnswer());
  });

  const data = computed(() => kept().answer);
  const problem = computed(() => {
    const error = resource.error();
    if (error === undefined) return undefined;
    const said = toApiProblem(error);
    // A lost link is told by the page; each panel repeating it over its figures would be noise.
    const told = said.code === 'unreachable' && refresh.interrupted() && data() !== undefined;
    return told ? undefined : said;
  });
  return {
    data,
    problem,
    waiting: computed(() => data() === undefined && problem() === undefined),
    outdated: computed(() => data() !== undefined && resource.status() === 'loading'),
    reload: () => void resource.reload(),
  };
}
