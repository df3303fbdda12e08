import { DOCUMENT } from '@angular/common';
import { Component, computed, effect, inject, input, signal, viewChild } from '@angular/core';
import type { ElementRef } from '@angular/core';
import { Refresh } from '../api/refresh';
import type { RefreshRate } from '../api/refresh';
import { REFRESH_RATES } from '../api/refresh';
import { formatAge, formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { QUICK_RANGES, asQuickRange, quickRange, spanOf } from '../time/range';
import type { RangeFault } from '../time/range';
import { browserZone, isTimeZone, offsetLabel } from '../time/zone';
import { Icon } from '../ui/icon';
import { Tooltip } from '../ui/tooltip';
import { Kept, oldestKeptMs } from './kept';
import { rangeLabel, typedEnd, writtenEnd } from './range-text';
import { Scope } from './scope';
import { scopeDe } from './words.de';
import { scopeEn } from './words.en';

/** Also: what began before the page has anything. */
type Fault = RangeFault | 'not-kept';

/** Which of the two fields a fault is about. */
const OF_FROM: readonly Fault[] = ['bad-from', 'future', 'too-long', 'not-kept'];

/** The time range of the page: quick, typed or picked, its zone, and when figures are read again. */
@Component({
  selector: 'apt-range-picker',
  imports: [Icon, Tooltip],
  templateUrl: './range-picker.html',
  styleUrl: './range-picker.css',
})
export class RangePicker {
  /** Whether the page is about single executions, which are kept for less long than figures. */
  readonly singles = input(false);

  protected readonly scope = inject(Scope);
  protected readonly refresh = inject(Refresh);
  private readonly kept = inject(Kept);
  private readonly document = inject(DOCUMENT);
  protected readonly words = words({ en: scopeEn, de: scopeDe });
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly trigger = viewChild.required<ElementRef<HTMLButtonElement>>('trigger');

  protected readonly quick = QUICK_RANGES;
  protected readonly named = Object.keys(scopeEn.named) as (keyof typeof scopeEn.named)[];
  protected readonly rates = REFRESH_RATES;
  protected readonly zones = signal<readonly string[]>([]);
  protected readonly browserZone = browserZone();

  protected readonly label = computed(() => {
    const range = this.scope.range();
    return range ? rangeLabel(range, this.scope.timeZone(), this.words()) : '…';
  });
  /** Said beside the range where it is not the browser's. */
  protected readonly zoneTag = computed(() => {
    const zone = this.scope.zoneChoice();
    return zone === null ? '' : offsetLabel(this.scope.span()?.toMs ?? Date.now(), zone);
  });
  protected readonly chosenQuick = computed(() => {
    const range = this.scope.range();
    return range && asQuickRange(range);
  });
  protected readonly chosenNamed = computed(() => {
    const range = this.scope.range();
    return range?.from === range?.to ? range?.from : undefined;
  });
  protected readonly updated = computed(() => {
    const at = this.refresh.answeredAt();
    const { updated, updatedNow, notYet } = this.words().refresh;
    if (at === null) return notYet;
    const age = this.refresh.now() - at;
    return age < 2000 ? updatedNow : updated(formatAge(age));
  });
  protected readonly zoneSelect = computed(() => {
    const zone = this.scope.zoneChoice();
    return this.otherZone() ? 'other' : zone === null ? '' : zone === 'UTC' ? 'UTC' : 'other';
  });

  protected readonly from = signal('');
  protected readonly to = signal('');
  protected readonly otherZone = signal(false);
  protected readonly zoneFault = signal(false);
  /** Shown once one has tried to apply; it goes with the next key. */
  protected readonly fault = signal<Fault | undefined>(undefined);
  protected readonly faultOfFrom = computed(() => this.faultIn(true));
  protected readonly faultOfTo = computed(() => this.faultIn(false));

  /** How far back there is something to see. */
  protected readonly keeps = computed(() => {
    const times = this.kept.times();
    if (times === undefined) return '';
    const { keepsSingles, keepsFigures } = this.words();
    return this.singles()
      ? keepsSingles(times.rawDays, formatInstant(oldestKeptMs(times.rawDays, Date.now())))
      : keepsFigures(times);
  });

  constructor() {
    effect(() => {
      // Known before one types.
      if (this.singles()) this.kept.want();
    });
  }

  protected open(): void {
    this.kept.want();
    const [range, zone] = [this.scope.range(), this.scope.timeZone()];
    this.from.set(range ? typedEnd(range.from, 'from', zone) : '');
    this.to.set(range ? typedEnd(range.to, 'to', zone) : 'now');
    this.fault.set(undefined);
    this.zoneFault.set(false);
    this.otherZone.set(false);
    if (this.zones().length === 0) this.zones.set(Intl.supportedValuesOf('timeZone'));
    const dialog = this.dialog().nativeElement;
    const { right, bottom } = this.trigger().nativeElement.getBoundingClientRect();
    const width = this.document.documentElement.clientWidth;
    dialog.style.setProperty('--right', `${Math.max(8, width - right)}px`);
    dialog.style.setProperty('--top', `${bottom + 6}px`);
    dialog.showModal();
  }

  protected close(): void {
    this.dialog().nativeElement.close();
  }

  /** A click beside the box is a click on the dialog itself. */
  protected closeOutside(event: Event): void {
    if (event.target === event.currentTarget) this.close();
  }

  protected chooseQuick(name: (typeof QUICK_RANGES)[number]): void {
    this.scope.chooseRange(quickRange(name));
    this.close();
  }

  protected chooseNamed(text: string): void {
    this.scope.chooseRange({ from: text, to: text });
    this.close();
  }

  protected type(end: 'from' | 'to', event: Event): void {
    this.fault.set(undefined);
    this[end].set((event.target as HTMLInputElement).value);
  }

  /** The browser's own date and time field: `2026-11-22T14:05`. */
  protected pick(end: 'from' | 'to', event: Event): void {
    const { value } = event.target as HTMLInputElement;
    this.fault.set(undefined);
    if (value !== '') this[end].set(value.replace('T', ' '));
  }

  /** What the date and time field shows: nothing for expressions. */
  protected picked(text: string): string {
    return /^\d{4}-\d\d-\d\d \d\d:\d\d/.test(text) ? text.replace(' ', 'T') : '';
  }

  protected apply(event: Event): void {
    event.preventDefault();
    const zone = this.scope.timeZone();
    const range = {
      from: writtenEnd(this.from(), 'from', zone),
      to: writtenEnd(this.to(), 'to', zone),
    };
    const span = spanOf(range, Date.now(), zone);
    if (typeof span === 'string') {
      this.fault.set(span);
      return;
    }
    if (this.singles() && span.fromMs < this.oldestMs()) {
      this.fault.set('not-kept');
      return;
    }
    this.scope.chooseRange(range);
    this.close();
  }

  protected chooseZone(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.otherZone.set(value === 'other');
    if (value !== 'other') this.scope.chooseZone(value || null);
  }

  protected nameZone(event: Event): void {
    const name = (event.target as HTMLInputElement).value.trim();
    const known = name !== '' && isTimeZone(name);
    this.zoneFault.set(name !== '' && !known);
    if (!known) return;
    this.otherZone.set(false);
    this.scope.chooseZone(name);
  }

  protected chooseRate(event: Event): void {
    this.scope.chooseRefresh((event.target as HTMLSelectElement).value as RefreshRate);
  }

  /** While it is not known how long things are kept, nothing is refused for it. */
  private oldestMs(): number {
    const days = this.kept.times()?.rawDays;
    return days === undefined ? 0 : oldestKeptMs(days, Date.now());
  }

  private faultIn(from: boolean): string {
    const fault = this.fault();
    if (fault === undefined || OF_FROM.includes(fault) !== from) return '';
    if (fault !== 'not-kept') return this.words().fault[fault];
    return this.words().notKept(formatInstant(this.oldestMs()));
  }
}
