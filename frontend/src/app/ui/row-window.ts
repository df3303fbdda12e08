import {
  DestroyRef,
  Directive,
  ElementRef,
  afterNextRender,
  computed,
  inject,
  input,
  signal,
} from '@angular/core';
import { Theme } from '../theme/theme';
import { windowOfRows } from './window-of-rows';

/** Rows that are put on paper: what is more is for a file. */
export const MOST_PRINTED = 500;

/** On what scrolls: tells which rows of a long list are in sight, so that only those are drawn. */
@Directive({
  selector: '[aptRowWindow]',
  exportAs: 'rowWindow',
  host: { '(scroll)': 'onScroll()' },
})
export class RowWindow {
  /** How many rows there are. */
  readonly count = input.required<number>({ alias: 'aptRowWindow' });
  readonly rowPx = input.required<number>();

  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly scrolledPx = signal(0);
  private readonly heightPx = signal(700);
  private readonly printing = inject(Theme).printing;
  readonly seen = computed(() => {
    const [count, rowPx] = [this.count(), this.rowPx()];
    return this.printing()
      ? windowOfRows(Math.min(count, MOST_PRINTED), rowPx, 0, MOST_PRINTED * rowPx)
      : windowOfRows(count, rowPx, this.scrolledPx(), this.heightPx());
  });

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const watch = new ResizeObserver(() => this.heightPx.set(this.element.clientHeight));
      watch.observe(this.element);
      destroyed.onDestroy(() => watch.disconnect());
    });
  }

  /** Back to the first row. */
  rewind(): void {
    this.element.scrollTop = 0;
    this.scrolledPx.set(0);
  }

  protected onScroll(): void {
    this.scrolledPx.set(this.element.scrollTop);
  }
}
