import { Component, computed, inject, input } from '@angular/core';
import { Refresh } from '../api/refresh';
import { Fleet } from '../fleet/fleet';
import { formatExact, formatType } from '../format/format';
import { words } from '../i18n/language';
import { RangePicker } from '../scope/range-picker';
import { rangeLabel } from '../scope/range-text';
import { Rights } from '../scope/rights';
import { Scope } from '../scope/scope';
import { scopeDe } from '../scope/words.de';
import { scopeEn } from '../scope/words.en';
import { Icon } from '../ui/icon';
import { Picker } from '../ui/picker';
import { Tooltip } from '../ui/tooltip';
import { Kiosk } from './kiosk';
import { LivePill } from './live-pill';
import { shellDe } from './words.de';
import { shellEn } from './words.en';

/** Title of a page, and what its figures are about. */
@Component({
  selector: 'apt-page-header',
  imports: [Picker, RangePicker, LivePill, Icon, Tooltip],
  template: `
    <header>
      <div class="title">
        <ng-content />
        <h1>
          <bdi>{{ heading() }}</bdi>
        </h1>
        @if (rights.onlyLooks()) {
          <span class="badge quiet" data-testid="only-looks" [title]="words().onlyLooksWhy">{{
            words().onlyLooks
          }}</span>
        }
      </div>
      <p class="printed" aria-hidden="true">
        <bdi>{{ printed() }}</bdi>
      </p>
      <div class="controls">
        <ng-content select="[pageTools]" />
        @if (byType() && (fleet.summary.waiting() || types().length > 2)) {
          <apt-picker
            class="type"
            [label]="words().agentType"
            testid="type-picker"
            [options]="types()"
            [value]="scope.agentType() ?? ''"
            (chosen)="scope.chooseType($event || null)"
          />
        }
        @if (byWindow()) {
          <apt-range-picker [singles]="singles()" />
        }
        <apt-live-pill />
        @if (kiosk.on()) {
          <button
            type="button"
            class="icon-button framed"
            data-testid="leave-kiosk"
            [attr.aria-label]="words().leaveKiosk"
            [aptTooltip]="words().leaveKiosk"
            (click)="kiosk.toggle()"
          >
            <apt-icon name="screen" />
          </button>
        }
      </div>
    </header>
  `,
  styles: `
    header {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--space-2) var(--space-3);
      padding: var(--space-2h) 0;
    }
    .title {
      flex: 1;
      display: flex;
      align-items: center;
      gap: var(--space-2);
      min-width: 0;
    }
    h1 {
      margin: 0;
      overflow: hidden;
      font-size: var(--text-xl);
      font-weight: 650;
      letter-spacing: -0.012em;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .printed {
      display: none;
      margin: 0;
      color: var(--muted);
    }
    @media print {
      .printed {
        display: block;
      }
    }
    .controls {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--space-2);
      min-width: 0;
    }
    .type {
      max-width: 170px;
    }
    @media (max-width: 599px) {
      /* The title and how it stands to now on one line, what the figures are about below. */
      .controls {
        display: contents;
      }
      .title {
        order: -2;
        flex: 1 1 0;
      }
      apt-live-pill {
        order: -1;
        max-width: 50%;
      }
      .type {
        flex: 1 1 100%;
        max-width: none;
      }
    }
    @media (min-width: 1000px) {
      :host {
        position: sticky;
        z-index: 10;
        top: 0;
        display: block;
        margin: 0 calc(-1 * var(--space-6));
        padding: 0 var(--space-6);
        background: color-mix(in srgb, var(--bg) 88%, transparent);
        backdrop-filter: blur(10px);
      }
    }
  `,
})
export class PageHeader {
  readonly heading = input.required<string>();
  readonly byType = input(true);
  readonly byWindow = input(true);
  /** Whether the page is about single executions, which are kept for less long than figures. */
  readonly singles = input(false);

  protected readonly kiosk = inject(Kiosk);
  protected readonly rights = inject(Rights);
  protected readonly words = words({ en: shellEn, de: shellDe });
  protected readonly scope = inject(Scope);
  private readonly refresh = inject(Refresh);
  private readonly scopeWords = words({ en: scopeEn, de: scopeDe });
  protected readonly fleet = inject(Fleet);
  /** On paper, where nothing can be asked: of what project and time this is, and as of when. */
  protected readonly printed = computed(() => {
    const [range, now] = [this.scope.range(), formatExact(this.refresh.now())];
    const zone = this.scope.timeZone();
    const about = range && this.byWindow() ? [rangeLabel(range, zone, this.scopeWords())] : [];
    return [this.scope.project() ?? '', ...about, now].join(' · ');
  });
  protected readonly types = computed(() => {
    const chosen = this.scope.agentType();
    const types = new Set([...this.fleet.types(), ...(chosen === null ? [] : [chosen])]);
    const options = [...types].map((type) => ({ value: type, label: formatType(type) }));
    return [{ value: '', label: this.words().allTypes }, ...options];
  });
}
