import { DOCUMENT } from '@angular/common';
import { Service, inject } from '@angular/core';

/** What the keys walk over: rows of lists that can be opened or acted on. */
const ROWS = '[data-testid="alert-row"], [data-testid="task-row"], [data-row]';

/** Walking over the rows of a list by key, and doing what the row offers. */
@Service()
export class RowWalk {
  private readonly document = inject(DOCUMENT);

  step(direction: -1 | 1): void {
    const rows = this.rows();
    const at = rows.findIndex((row) => row.contains(this.document.activeElement));
    const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + direction))];
    if (next === undefined) return;
    if (!next.hasAttribute('tabindex')) next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  }

  open(): void {
    this.press('[data-open], a[href], button');
  }

  resolve(): void {
    this.press('[data-testid="alert-resolve"], [data-testid="action-resolve"], [data-resolve]');
  }

  private press(what: string): void {
    const row = this.rows().find((one) => one.contains(this.document.activeElement));
    const target = row?.querySelector<HTMLElement>(what);
    (target ?? (what.startsWith('[data-open]') ? row : undefined))?.click();
  }

  private rows(): HTMLElement[] {
    const found = this.document.querySelectorAll<HTMLElement>(`main :is(${ROWS})`);
    return [...found].filter((row) => row.offsetParent !== null);
  }
}
