import type { ElementRef } from '@angular/core';
import { Component, DestroyRef, Injector, afterNextRender, computed } from '@angular/core';
import { inject, input, model, output, signal, viewChild } from '@angular/core';
import type { Execution } from '@app/contracts';
import { formatDuration, formatInstant } from '../format/format';
import { words } from '../i18n/language';
import { AgentSwatch } from '../panels/agent-swatch';
import { Icon } from '../ui/icon';
import { OutcomeMark } from '../ui/outcome-mark';
import { COLUMNS, ROW_PX, clampWidth } from './columns';
import type { Column, ColumnId, TableLayout } from './columns';
import type { TaskSort } from './task-query';
import { Theme } from '../theme/theme';
import { MOST_PRINTED } from '../ui/row-window';
import { windowOfRows } from '../ui/window-of-rows';
import { tasksDe } from './words.de';
import { tasksEn } from './words.en';

/** Below this the rows are cards. */
const CARDS_PX = 560;
const CARD_PX = 68;
/** How near to its end the list asks for more. */
const NEAR_END_ROWS = 60;
const STEP_PX = 16;

/** Any number of executions, of which only those in sight are drawn. */
@Component({
  selector: 'apt-task-table',
  imports: [AgentSwatch, Icon, OutcomeMark],
  templateUrl: './task-table.html',
  styleUrl: './task-table.css',
})
export class TaskTable {
  readonly rows = input.required<readonly Execution[]>();
  readonly layout = model.required<TableLayout>();
  readonly sort = input.required<TaskSort>();
  readonly order = input.required<'asc' | 'desc'>();
  readonly opened = output<Execution>();
  readonly sorted = output<TaskSort>();
  /** The end is near. */
  readonly ending = output();
  /** Whether the list is scrolled to its beginning. */
  readonly atTop = output<boolean>();

  protected readonly words = words({ en: tasksEn, de: tasksDe });
  protected readonly duration = formatDuration;
  protected readonly instant = formatInstant;
  /** The row that will have the focus once it is drawn. */
  private aim: number | null = null;
  private readonly injector = inject(Injector);
  private readonly scroller = viewChild.required<ElementRef<HTMLElement>>('scroller');
  private readonly scrolledPx = signal(0);
  private readonly size = signal({ width: 1200, height: 700 });

  protected readonly asCards = computed(() => this.size().width < CARDS_PX);
  protected readonly rowPx = computed(() =>
    this.asCards() ? CARD_PX : ROW_PX[this.layout().density],
  );
  protected readonly columns = computed(() =>
    COLUMNS.filter(({ id }) => this.layout().shown.includes(id)),
  );
  protected readonly tableWidth = computed(() =>
    this.columns().reduce((sum, column) => sum + this.widthOf(column), 0),
  );
  private readonly printing = inject(Theme).printing;
  protected readonly seen = computed(() => {
    const [count, rowPx] = [this.rows().length, this.rowPx()];
    return this.printing()
      ? windowOfRows(Math.min(count, MOST_PRINTED), rowPx, 0, MOST_PRINTED * rowPx)
      : windowOfRows(count, rowPx, this.scrolledPx(), this.size().height);
  });
  protected readonly drawn = computed(() => {
    const { from, to } = this.seen();
    return this.rows()
      .slice(from, to)
      .map((run, at) => ({ run, index: from + at }));
  });

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const { nativeElement } = this.scroller();
      const watch = new ResizeObserver(() => {
        this.size.set({ width: nativeElement.clientWidth, height: nativeElement.clientHeight });
      });
      watch.observe(nativeElement);
      destroyed.onDestroy(() => watch.disconnect());
    });
  }

  /** Back to the first row. */
  rewind(): void {
    this.scroller().nativeElement.scrollTop = 0;
  }

  protected widthOf(column: Column): number {
    return this.layout().widths[column.id] ?? column.width;
  }

  protected onScroll(event: Event): void {
    const { scrollTop } = event.target as HTMLElement;
    this.scrolledPx.set(scrollTop);
    this.atTop.emit(scrollTop < this.rowPx());
    if (this.seen().to + NEAR_END_ROWS >= this.rows().length) this.ending.emit();
  }

  /** Up and down move between rows, also beyond those that are drawn. */
  protected onKey(event: KeyboardEvent, index: number): void {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // Keys come faster than rows are drawn: each counts from where the last one led.
    const next = Math.min(this.rows().length - 1, Math.max(0, (this.aim ?? index) + step));
    this.aim = next;
    this.bringIntoSight(next);
    afterNextRender(() => this.focusRow(next), { injector: this.injector });
  }

  protected ariaSort(column: Column): string | null {
    if (column.sort === undefined) return null;
    if (column.sort !== this.sort()) return 'none';
    return this.order() === 'asc' ? 'ascending' : 'descending';
  }

  protected grab(event: PointerEvent, column: Column): void {
    const handle = event.target as HTMLElement;
    const [startX, startWidth] = [event.clientX, this.widthOf(column)];
    handle.setPointerCapture(event.pointerId);
    const onMove = (moved: PointerEvent): void =>
      this.resize(column.id, startWidth + moved.clientX - startX);
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener(
      'lostpointercapture',
      () => handle.removeEventListener('pointermove', onMove),
      { once: true },
    );
  }

  protected resizeBy(event: KeyboardEvent, column: Column): void {
    const step = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.resize(column.id, this.widthOf(column) + step);
  }

  private resize(id: ColumnId, px: number): void {
    this.layout.update((layout) => ({
      ...layout,
      widths: { ...layout.widths, [id]: clampWidth(px) },
    }));
  }

  private bringIntoSight(index: number): void {
    const { nativeElement } = this.scroller();
    const rowPx = this.rowPx();
    const head = this.asCards() ? 0 : 34;
    const [top, bottom] = [index * rowPx, (index + 1) * rowPx + head];
    if (top < nativeElement.scrollTop) nativeElement.scrollTop = top;
    const end = nativeElement.scrollTop + nativeElement.clientHeight;
    if (bottom > end) nativeElement.scrollTop = bottom - nativeElement.clientHeight;
    // Now, not when the event of it comes: the row to focus must be drawn.
    this.scrolledPx.set(nativeElement.scrollTop);
  }

  private focusRow(index: number): void {
    const row = this.scroller().nativeElement.querySelector<HTMLElement>(`[data-row="${index}"]`);
    row?.focus({ preventScroll: true });
    if (this.aim === index) this.aim = null;
  }
}
