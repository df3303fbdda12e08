import { CdkDrag, CdkDragHandle, CdkDropList } from '@angular/cdk/drag-drop';
import type { CdkDragDrop } from '@angular/cdk/drag-drop';
import { LiveAnnouncer } from '@angular/cdk/a11y';
import { Component, ElementRef, inject, input, model, output } from '@angular/core';
import { metricName } from '../charts/metrics';
import { words } from '../i18n/language';
import { PanelView } from '../panels/panel-view';
import { Icon } from '../ui/icon';
import { PANEL_ROLE } from '../ui/panel';
import { Tooltip } from '../ui/tooltip';
import { moved, resized } from './board';
import type { BoardPanel } from './board';
import { dashboardsDe } from './words.de';
import { dashboardsEn } from './words.en';

export const ROW_PX = 80;
const GAP_PX = 12;
/** Heading and edges of a panel, and the bar above it while it is edited. */
const FRAME_PX = 62;
const BAR_PX = 34;
const COLUMNS = 12;

/** Panels in a grid of twelve columns; moved and resized by mouse, keys or buttons. */
@Component({
  selector: 'apt-board-grid',
  imports: [CdkDropList, CdkDrag, CdkDragHandle, PanelView, Icon, Tooltip],
  templateUrl: './board-grid.html',
  styleUrl: './board-grid.css',
  // Two panels may have one name, if people want it so.
  providers: [{ provide: PANEL_ROLE, useValue: 'group' }],
})
export class BoardGrid {
  readonly panels = model.required<readonly BoardPanel[]>();
  readonly editing = input(false);
  readonly edited = output<BoardPanel>();
  readonly duplicated = output<BoardPanel>();
  readonly removed = output<BoardPanel>();

  protected readonly words = words({ en: dashboardsEn, de: dashboardsDe });
  private readonly announcer = inject(LiveAnnouncer);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  protected name(panel: BoardPanel): string {
    return panel.title || panel.metrics.map(metricName).join(' · ');
  }

  protected heightPx(panel: BoardPanel): number {
    return gridPx(panel) + (this.editing() ? BAR_PX : 0);
  }

  protected innerPx(panel: BoardPanel): number {
    return gridPx(panel) - FRAME_PX;
  }

  protected drop({ item, currentIndex }: CdkDragDrop<unknown>): void {
    this.move(item.data as BoardPanel, currentIndex);
  }

  protected moveBy(panel: BoardPanel, step: number): void {
    this.move(panel, this.panels().findIndex(({ key }) => key === panel.key) + step);
  }

  protected sizeBy(panel: BoardPanel, columns: number, rows: number): void {
    // Keys repeat faster than the page is painted: what counts is the size that is kept.
    const now = this.now(panel);
    this.size(panel, now.width + columns, now.height + rows);
  }

  protected onKey(event: KeyboardEvent, panel: BoardPanel): void {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const [x = 0, y = 0] = steps[event.key as keyof typeof steps] ?? [];
    if (x === 0 && y === 0) return;
    event.preventDefault();
    if (event.shiftKey) this.sizeBy(panel, x, y);
    else this.moveBy(panel, x + y);
    const handle = event.currentTarget as HTMLElement;
    // Moving a panel in the list takes its handle out of the page for a moment.
    setTimeout(() => handle.focus());
  }

  protected grab(event: PointerEvent, panel: BoardPanel): void {
    event.preventDefault();
    const handle = event.currentTarget as HTMLElement;
    const grid = this.host.querySelector('.board')?.clientWidth ?? this.host.clientWidth;
    const column = (grid + GAP_PX) / COLUMNS;
    const { clientX, clientY } = event;
    handle.setPointerCapture(event.pointerId);
    const onMove = (now: PointerEvent): void => {
      const width = panel.width + (now.clientX - clientX) / column;
      const height = panel.height + (now.clientY - clientY) / (ROW_PX + GAP_PX);
      this.panels.update((panels) => resized(panels, panel.key, width, height));
    };
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener(
      'lostpointercapture',
      () => handle.removeEventListener('pointermove', onMove),
      { once: true },
    );
  }

  private move(panel: BoardPanel, place: number): void {
    this.panels.update((panels) => moved(panels, panel.key, place));
    const now = this.panels().findIndex(({ key }) => key === panel.key) + 1;
    this.say(this.words().panel.moved(this.name(panel), now, this.panels().length));
  }

  private size(panel: BoardPanel, width: number, height: number): void {
    this.panels.update((panels) => resized(panels, panel.key, width, height));
    const now = this.now(panel);
    this.say(this.words().panel.sized(this.name(panel), now.width, now.height));
  }

  private now(panel: BoardPanel): BoardPanel {
    return this.panels().find(({ key }) => key === panel.key) ?? panel;
  }

  private say(text: string): void {
    void this.announcer.announce(text);
  }
}

function gridPx({ height }: BoardPanel): number {
  return height * ROW_PX + (height - 1) * GAP_PX;
}
