import { DestroyRef, Injectable, computed, inject, linkedSignal, signal } from '@angular/core';
import type { TrendSeries } from '@app/contracts';
import { LIMITS } from '@app/contracts';
import { apiFeed } from '../../api/api-feed';
import { thinned } from '../../charts/sparkline-path';
import { canBeListed } from '../../fleet/fleet';
import { Scope } from '../../scope/scope';
import { periodFor } from '../../time/range';

/** What a sparkline has room for. */
const WIDTH_PX = 84;
const MOST_POINTS = 28;
/** Who scrolls quickly asks for nothing on the way. */
const PAUSE_MS = 180;

type Courses = ReadonlyMap<string, readonly (number | null)[]>;

/** The p95 of the agents in sight over the chosen time; those seen before are remembered. */
@Injectable()
export class AgentCourses {
  private readonly scope = inject(Scope);
  private readonly wanted = signal<readonly string[]>([], {
    equal: (a, b) => a.join() === b.join(),
  });
  private timer: ReturnType<typeof setTimeout> | undefined;

  private readonly about = computed(() => {
    const [project, range, span] = [
      this.scope.project(),
      this.scope.rangeParams(),
      this.scope.span(),
    ];
    if (project === undefined || range === undefined || span === undefined) return undefined;
    return { project, ...range, period: periodFor(span, WIDTH_PX), tz: this.scope.timeZone() };
  });
  private readonly feed = apiFeed<TrendSeries[]>(
    () => {
      const [about, ids] = [this.about(), this.wanted()];
      if (about === undefined || ids.length === 0) return undefined;
      return { path: 'trends', params: { ...about, agentIds: ids.join(',') } };
    },
    () => Math.max(15_000, this.scope.paceMs()),
  );

  /** Agent id → course. */
  readonly known = linkedSignal<
    { about: string; series: readonly TrendSeries[] },
    { about: string; courses: Courses }
  >({
    source: () => ({
      about: JSON.stringify(this.about() ?? null),
      series: this.feed.outdated() ? [] : (this.feed.data() ?? []),
    }),
    computation: ({ about, series }, before) => {
      const kept = before && before.value.about === about ? before.value.courses : [];
      const read = series.map(
        ({ agentId, points }) =>
          [
            agentId ?? '',
            thinned(
              points.map(({ duration }) => duration.p95Ms),
              MOST_POINTS,
            ),
          ] as const,
      );
      return { about, courses: new Map([...kept, ...read]) };
    },
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
  }

  of(agentId: string): readonly (number | null)[] {
    return this.known().courses.get(agentId) ?? [];
  }

  /** These are in sight. */
  want(agentIds: readonly string[]): void {
    clearTimeout(this.timer);
    const ids = agentIds.filter(canBeListed).slice(0, LIMITS.compareAgents).sort();
    this.timer = setTimeout(() => this.wanted.set(ids), PAUSE_MS);
  }
}
