import { Component, computed, inject } from '@angular/core';
import { Fleet } from '../fleet/fleet';
import { words } from '../i18n/language';
import { Scope } from '../scope/scope';
import { scopeDe } from '../scope/words.de';
import { scopeEn } from '../scope/words.en';
import { asQuickRange, quickRange, zoomedOut } from '../time/range';
import type { QuickRange } from '../time/range';
import { Empty } from '../ui/empty';
import { panelsDe } from './words.de';
import { panelsEn } from './words.en';

const WIDER: Readonly<Record<QuickRange, QuickRange | null>> = {
  '5m': '1h',
  '15m': '24h',
  '1h': '24h',
  '6h': '24h',
  '24h': '7d',
  '7d': '30d',
  '30d': null,
};

/** Nothing ran in the chosen time: says so and offers more of it. */
@Component({
  selector: 'apt-window-empty',
  imports: [Empty],
  template: `
    @if (filtered()) {
      <apt-empty
        icon="search"
        data-testid="empty-filters"
        [framed]="true"
        [heading]="words().noneOfType(time())"
        [hint]="words().othersRan"
      >
        <button
          type="button"
          class="button primary"
          data-testid="clear-filters"
          (click)="scope.chooseType(null)"
        >
          {{ words().showAllTypes }}
        </button>
        <button type="button" class="button" data-testid="widen" (click)="widen()">
          {{ words().widen }}
        </button>
      </apt-empty>
    } @else {
      <apt-empty
        icon="clock"
        data-testid="empty-window"
        [framed]="true"
        [heading]="words().noTasks(time())"
        [hint]="words().earlierTasks"
      >
        <button type="button" class="button primary" data-testid="widen" (click)="widen()">
          {{ words().widen }}
        </button>
      </apt-empty>
    }
  `,
  styles: `
    :host {
      display: block;
    }
  `,
})
export class WindowEmpty {
  protected readonly scope = inject(Scope);
  protected readonly words = words({ en: panelsEn.empty, de: panelsDe.empty });
  private readonly scopeWords = words({ en: scopeEn, de: scopeDe });

  private readonly fleet = inject(Fleet);
  /** Whether it is the filter that leaves nothing. */
  protected readonly filtered = computed(
    () =>
      this.scope.agentType() !== null &&
      (this.fleet.summary.data() ?? []).some((row) => row.total > 0),
  );
  private readonly quick = computed(() => {
    const range = this.scope.range();
    return range && asQuickRange(range);
  });
  protected readonly time = computed(() => {
    const [quick, { within, withinOther }] = [this.quick(), this.scopeWords()];
    return quick === undefined ? withinOther : within[quick];
  });

  /** The next longer of the quick ranges; others twice as long. */
  protected widen(): void {
    const [quick, span] = [this.quick(), this.scope.span()];
    const wider = quick && WIDER[quick];
    if (wider) this.scope.chooseRange(quickRange(wider));
    else if (span) this.scope.zoomTo(zoomedOut(span, Date.now()));
  }
}
