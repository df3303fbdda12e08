import { FocusKeyManager } from '@angular/cdk/a11y';
import { Component, Injector, computed, inject, input, output } from '@angular/core';
import { viewChild, viewChildren } from '@angular/core';
import type { ElementRef } from '@angular/core';
import { Icon } from './icon';
import type { IconName } from './icon';
import { Tooltip } from './tooltip';

/** A small button at the end of an item, for something else that can be done with it. */
export interface MenuAction {
  id: string;
  label: string;
  icon: IconName;
  /** The right that it needs, as in `data-write`. */
  write?: string;
  testid?: string;
}

export interface MenuItem {
  id: string;
  label: string;
  icon: IconName;
  /** Of an item that can be on or off. */
  checked?: boolean;
  /** Whether it is one of several of which one is on. */
  oneOf?: boolean;
  /** Whether the menu stays open, for what one does several of. */
  stays?: boolean;
  /** Whether a line stands above it. */
  apart?: boolean;
  /** Heading of the items from here on. */
  group?: string;
  /** Said behind the label. */
  note?: string;
  /** Address of a file to be saved. */
  download?: string;
  disabled?: boolean;
  /** What cannot be taken back. */
  danger?: boolean;
  /** The right that it needs, as in `data-write`. */
  write?: string;
  testid?: string;
  actions?: readonly MenuAction[];
}

/** Narrower than this to the left of the button's end, a menu opens to the right. */
const WIDEST_PX = 340;
let lastId = 0;

/** What can be done with something. A popover, so that it is seen in dialogs and full screen, too. */
@Component({
  selector: 'apt-menu',
  imports: [Icon, Tooltip],
  templateUrl: './menu.html',
  styleUrl: './menu.css',
})
export class Menu {
  readonly label = input.required<string>();
  readonly items = input.required<readonly MenuItem[]>();
  /** Absent: three dots. */
  readonly text = input('');
  readonly testid = input('');
  /** Said in the menu where there are no items, or none of a kind. */
  readonly hint = input('');
  /** Of the item, or of one of its actions. */
  readonly chosen = output<string>();
  protected readonly id = `menu-${(lastId += 1)}`;
  private readonly button = viewChild.required<ElementRef<HTMLElement>>('button');
  private readonly menu = viewChild.required<ElementRef<HTMLElement>>('menu');
  private readonly buttons = viewChildren<ElementRef<HTMLElement>>('entry');
  private readonly entries = computed(() =>
    this.buttons().map(({ nativeElement }, at) => ({
      disabled: this.items()[at]?.disabled ?? false,
      focus: () => nativeElement.focus(),
      getLabel: () => this.items()[at]?.label ?? '',
    })),
  );
  private readonly keys = new FocusKeyManager(this.entries, inject(Injector))
    .withWrap()
    .withHomeAndEnd()
    .withTypeAhead();

  protected readonly groups = computed(() => {
    const groups: { heading: string; items: MenuItem[] }[] = [];
    for (const item of this.items()) {
      if (groups.length === 0 || item.group !== undefined) {
        groups.push({ heading: item.group ?? '', items: [] });
      }
      groups.at(-1)?.items.push(item);
    }
    return groups;
  });

  protected roleOf({ checked, oneOf }: MenuItem): string {
    if (checked === undefined) return 'menuitem';
    return oneOf ? 'menuitemradio' : 'menuitemcheckbox';
  }

  /** Below the button, or above it where there is more room. */
  protected place(): void {
    const menu = this.menu().nativeElement;
    const button = this.button().nativeElement;
    const { left, right, top, bottom } = button.getBoundingClientRect();
    const { clientWidth, clientHeight } = menu.ownerDocument.documentElement;
    // It is not laid out yet; an item is as high as a control, and lines between need room too.
    const height = this.items().length * (button.offsetHeight + 6) + 24;
    const room = clientHeight - bottom - 12;
    const below = height <= room || room >= top;
    const toLeft = right >= WIDEST_PX;
    menu.style.inset = [
      below ? `${bottom + 4}px` : 'auto',
      toLeft ? `${Math.max(8, clientWidth - right)}px` : 'auto',
      below ? 'auto' : `${clientHeight - top + 4}px`,
      toLeft ? 'auto' : `${Math.max(8, left)}px`,
    ].join(' ');
    menu.style.setProperty('--room', `${below ? room : top - 12}px`);
    menu.style.setProperty('--wide', `${toLeft ? right - 8 : clientWidth - left - 8}px`);
  }

  protected enter(): void {
    if (this.menu().nativeElement.matches(':popover-open')) this.keys.setFirstItemActive();
  }

  protected step(event: KeyboardEvent): void {
    if (event.key === 'Tab') this.menu().nativeElement.hidePopover();
    else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') this.stepAside(event);
    else this.keys.onKeydown(event);
  }

  protected choose({ id, stays }: MenuItem): void {
    if (!stays) this.menu().nativeElement.hidePopover();
    this.chosen.emit(id);
  }

  protected act({ id }: MenuAction): void {
    this.menu().nativeElement.hidePopover();
    this.chosen.emit(id);
  }

  /** Between an item and what else can be done with it. */
  private stepAside(event: KeyboardEvent): void {
    const at = (event.target as HTMLElement).closest('[role^="menuitem"]');
    const next = event.key === 'ArrowRight' ? at?.nextElementSibling : at?.previousElementSibling;
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    next.focus();
  }
}
