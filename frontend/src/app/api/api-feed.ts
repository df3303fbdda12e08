import { computed, effect, inject, linkedSignal, signal, untracked } from '@angular/core';
import type { Signal } from '@angular/core';
import { httpResource } from '@angular/common/http';
import type { Answer } from '@app/contracts';
import { toApiProblem } from './api-problem';
import type { ApiProblem } from './api-problem';
import { isMoment } from './moment';
import type { Moment } from './moment';
import { Refresh } from './refresh';

export const API_ROOT = '/api/v1/agent-performance';

export interface ApiRequest {
  /** Below the root, e.g. `summary/total`. */
  path: string;
  /** Undefined and null ones are left out; moments are worked out at each asking. */
  params?: Record<string, string | number | Moment | null | undefined>;
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
  /** Asks again, unless that is under way. */
  reload(): void;
}

/** The address of a request, project and all. */
export function apiUrl(path: string): string {
  return `${API_ROOT}/${path}`;
}

/** The given parameters without the empty ones, moments as of now. */
export function givenParams(
  params: ApiRequest['params'] = {},
  nowMs = Date.now(),
): Record<string, string | number> {
  const given: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null) continue;
    given[name] = isMoment(value) ? value.at(nowMs) : value;
  }
  return given;
}

interface Kept<T> {
  /** Path and project: their figures may stand, dimmed, until others are there. */
  subject: string | undefined;
  /** Which question the answer is to. */
  question: string | undefined;
  answer?: T;
  problem?: ApiProblem;
}

/**
 * Reads `request` and reads it again with every beat of {@link Refresh}; never twice at a time.
 * @param request undefined: nothing is asked yet
 * @param everyMs never more often than this by itself, milliseconds; a function is asked each time
 */
export function apiFeed<T>(
  request: () => ApiRequest | undefined,
  everyMs: number | (() => number) = 0,
): ApiFeed<T> {
  const refresh = inject(Refresh);
  const asked = computed(request, { equal: (a, b) => textOf(a) === textOf(b) });
  const attempt = signal(0);
  const resource = httpResource<Answer<T>>(() => {
    attempt();
    const wanted = asked();
    return wanted && { url: apiUrl(wanted.path), params: givenParams(wanted.params) };
  });
  const reload = (): boolean => {
    if (untracked(resource.isLoading)) return false;
    attempt.update((count) => count + 1);
    return true;
  };

  const question = computed(() => textOf(asked()));
  const subject = computed(() => subjectOf(asked()));
  const kept = linkedSignal<Kept<T> & { done: boolean }, Kept<T>>({
    source: () => ({ subject: subject(), question: question(), ...outcomeOf(resource) }),
    computation: ({ done, ...now }, before) => {
      const last = before?.value;
      if (last === undefined || last.subject !== now.subject) return now;
      // Under way: the figures stay; what was said about the same question stays as well.
      if (!done) return last.question === now.question ? last : { ...last, problem: undefined };
      return now.problem ? { ...last, problem: now.problem } : now;
    },
  });

  const data = computed(() => kept().answer);
  rereads(refresh, reload, everyMs);
  effect(() => {
    // Read here, so that each answer is kept even while nobody looks.
    if (kept().answer !== undefined) untracked(() => refresh.noteAnswer());
  });
  const problem = computed(() => {
    const { problem: said, answer } = kept();
    // A lost link is told by the page; each panel repeating it over its figures would be noise.
    const told = said?.code === 'unreachable' && refresh.interrupted() && answer !== undefined;
    return told ? undefined : said;
  });
  return {
    data,
    problem,
    waiting: computed(() => data() === undefined && problem() === undefined),
    outdated: computed(
      () => data() !== undefined && kept().question !== question() && resource.isLoading(),
    ),
    reload: () => void reload(),
  };
}

function textOf(request: ApiRequest | undefined): string | undefined {
  return request && JSON.stringify(request);
}

function subjectOf(request: ApiRequest | undefined): string | undefined {
  const project = request?.params?.['project'];
  return request && `${request.path} ${typeof project === 'string' ? project : ''}`;
}

function outcomeOf<T>(resource: ReturnType<typeof httpResource<Answer<T>>>) {
  if (resource.isLoading()) return { done: false };
  const error = resource.error();
  if (error !== undefined) return { done: true, problem: toApiProblem(error) };
  return resource.hasValue() ? { done: true, answer: resource.value().data } : { done: false };
}

/** Calls `reload` with every beat that is due. */
function rereads(refresh: Refresh, reload: () => boolean, everyMs: number | (() => number)): void {
  let lastAskedAt = Date.now();
  effect(() => {
    const beat = refresh.beat();
    if (beat === 0) return;
    untracked(() => {
      const gap = typeof everyMs === 'number' ? everyMs : everyMs();
      // A quarter of a second of slack: timers fire early and late.
      if (beat !== refresh.wanted && Date.now() - lastAskedAt + 250 < gap) return;
      if (reload()) lastAskedAt = Date.now();
    });
  });
}
