import { Component, computed, input } from '@angular/core';
import type { Status, StoreSize } from '@app/contracts';
import type { ApiFeed } from '../api/api-feed';
import { formatAs, formatBytes, formatCompact, formatCount } from '../format/format';
import { words } from '../i18n/language';
import { Panel } from '../ui/panel';
import { Figures } from './figures';
import type { StatusFigure } from './figures';
import { statusDe } from './words.de';
import { statusEn } from './words.en';

/** Days that the strip has room for. */
const SHOWN_DAYS = 30;
const SHOWN_TABLES = 8;

/** How large the store is, of what, and by how much it grows. */
@Component({
  selector: 'apt-store-panel',
  imports: [Panel, Figures],
  template: `
    <apt-panel [heading]="words().store" [caption]="words().storeCaption" [feed]="feed()">
      <apt-figures [figures]="figures()" />
      <div class="scroll" tabindex="0" role="group" [attr.aria-label]="words().store">
        <table class="table" data-testid="store-tables">
          <thead>
            <tr>
              <th scope="col">{{ words().table }}</th>
              <th scope="col">{{ words().holds }}</th>
              <th scope="col" class="number">{{ words().size }}</th>
              <th scope="col" class="number">{{ words().ofIndexes }}</th>
              <th scope="col" class="number">{{ words().rows }}</th>
              <th scope="col" class="number">{{ words().partitions }}</th>
              <th scope="col" class="number">{{ words().growth }}</th>
            </tr>
          </thead>
          <tbody>
            @for (one of tables(); track one.table) {
              <tr>
                <th scope="row">
                  <code>{{ one.table }}</code>
                </th>
                <td class="muted">{{ words().kind[one.kind] }}</td>
                <td class="number">{{ bytes(one.bytes) }}</td>
                <td class="number muted">{{ bytes(one.indexBytes) }}</td>
                <td class="number muted">{{ rows(one.estimatedRows) }}</td>
                <td class="number muted">
                  {{ one.partitions === 0 ? '–' : count(one.partitions) }}
                </td>
                <td class="number muted">{{ growthOf(one.kind) }}</td>
              </tr>
            }
            @if (rest(); as rest) {
              <tr>
                <th scope="row">{{ words().otherTables(rest.count) }}</th>
                <td></td>
                <td class="number">{{ bytes(rest.bytes) }}</td>
                <td></td>
                <td></td>
                <td></td>
                <td></td>
              </tr>
            }
          </tbody>
        </table>
      </div>
      @if (days().length > 1) {
        <h3>{{ words().byDay }}</h3>
        <ol class="days" data-testid="store-days">
          @for (one of days(); track one.day) {
            <li [title]="one.label">
              <span class="sr-only">{{ one.label }}</span>
              <i [style.height.%]="one.percent"></i>
            </li>
          }
        </ol>
      }
    </apt-panel>
  `,
  styles: `
    .scroll {
      margin-top: var(--space-2h);
      overflow-x: auto;
    }
    code {
      font: var(--text-s)/1.4 var(--mono);
    }
    h3 {
      margin: var(--space-3) 0 var(--space-1);
      color: var(--muted);
      font-size: var(--text-s);
      font-weight: 480;
    }
    .days {
      display: flex;
      align-items: end;
      gap: 2px;
      height: 44px;
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: flex;
      flex: 0 1 22px;
      align-items: end;
      min-width: 2px;
      height: 100%;
      position: relative;
    }
    i {
      width: 100%;
      min-height: 2px;
      border-radius: 2px 2px 0 0;
      background: var(--accent);
    }
  `,
})
export class StorePanel {
  readonly store = input.required<StoreSize>();
  readonly feed = input.required<ApiFeed<Status>>();
  protected readonly words = words({ en: statusEn, de: statusDe });
  protected readonly bytes = formatBytes;
  protected readonly count = formatCount;

  protected readonly figures = computed<StatusFigure[]>(() => {
    const { totalBytes, rawBytesPerDay } = this.store();
    const w = this.words();
    const month = rawBytesPerDay === null ? '' : w.inAMonth(formatBytes(rawBytesPerDay * 30));
    return [
      { label: w.total, value: formatBytes(totalBytes), testid: 'store-total' },
      {
        label: w.growth,
        value: rawBytesPerDay === null ? '–' : formatBytes(rawBytesPerDay),
        note: rawBytesPerDay === null ? w.noDayYet : month,
        testid: 'store-growth',
      },
    ];
  });
  protected readonly tables = computed(() => this.store().tables.slice(0, SHOWN_TABLES));
  protected readonly rest = computed(() => {
    const others = this.store().tables.slice(SHOWN_TABLES);
    if (others.length === 0) return null;
    return { count: others.length, bytes: others.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
  protected readonly days = computed(() => {
    const days = this.store().rawDays.slice(-SHOWN_DAYS);
    const most = Math.max(1, ...days.map(({ bytes }) => bytes));
    return days.map(({ day, bytes }) => ({
      day,
      percent: (bytes / most) * 100,
      label: `${formatAs(`${day}T12:00:00Z`, 'day')}: ${formatBytes(bytes)}`,
    }));
  });

  /** Only what is stored by day can be told apart by day. */
  protected growthOf(kind: StoreSize['tables'][number]['kind']): string {
    const { rawBytesPerDay } = this.store();
    return kind === 'executions' && rawBytesPerDay !== null ? formatBytes(rawBytesPerDay) : '–';
  }

  protected rows(estimated: number): string {
    return estimated === 0 ? '–' : `≈ ${formatCompact(estimated)}`;
  }
}
