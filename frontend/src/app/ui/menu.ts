import { FocusKeyManager } from '@angular/cdk/a11y';
import {
  Component,
  Injector,
  computed,
  inject,
  input,
  output,
  viewChild,
  viewChildren,
} from '@angular/core';
import type { ElementRef } from '@angular/core';
import { Icon } from './icon';
import type { IconName } from './icon';
import { Tooltip } from './tooltip';

export interface MenuItem {
  id: string;
  label: string;
  icon: IconName;
  /** Of an item that can be on or off. */
  checked?: boolean;
  /** Whether a line stands above it. */
  apart?: boolean;
  disabled?: boolean;
  /** What cannot be taken back. */
  danger?: boolean;
}

let lastId = 0;

/** What can be done with something. A popover, so that it is seen in dialogs and full screen, too. */
@Component({
  selector: 'apt-menu',
  imports: [Icon, Tooltip],
  template: `
    <button
      #button
      type="button"
      aria-haspopup="menu"
      [class]="text() === '' ? 'icon-button' : 'button'"
      [attr.data-testid]="testid() || null"
      [attr.popovertarget]="id"
      [attr.aria-label]="label()"
      [aptTooltip]="text() === '' ? label() : ''"
    >
      {{ text() }}<apt-icon [name]="text() === '' ? 'more' : 'chevron'" />
    </button>
    <!-- The items take the focus, one after the other. -->
    <!-- eslint-disable-next-line @angular-eslint/template/interactive-supports-focus -->
    <div
      #menu
      popover="auto"
      role="menu"
      [id]="id"
      [attr.aria-label]="label()"
      (beforetoggle)="place()"
      (toggle)="enter()"
      (keydown)="step($event)"
    >
      @for (item of items(); track item.id) {
        <button
          #entry
          type="button"
          tabindex="-1"
          [class.apart]="item.apart"
          [class.danger]="item.danger"
          [attr.role]="item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'"
          [attr.aria-checked]="item.checked"
          [attr.data-testid]="'menu-' + item.id"
          [disabled]="item.disabled ?? false"
          (click)="choose(item.id)"
        >
          <apt-icon [name]="item.checked ? 'check' : item.icon" />{{ item.label }}
        </button>
      }
    </div>
  `,
  styles: `
    :host {
      display: inline-flex;
    }
    div {
      position: fixed;
      inset: var(--top) var(--right) auto auto;
      min-width: 220px;
      max-width: calc(100vw - 16px);
      max-height: calc(100dvh - 16px);
      margin: 0;
      padding: 5px;
      border: 1px solid var(--border);
      border-radius: 10px;
      background: var(--surface);
      color: var(--text);
      box-shadow: var(--shadow);
      overflow: auto;
    }
    div button {
      display: flex;
      align-items: center;
      gap: 10px;
      width: 100%;
      height: calc(var(--control) - 2px);
      padding: 0 10px;
      border: 0;
      border-radius: var(--radius-s);
      background: none;
      color: inherit;
      font: inherit;
      text-align: left;
      white-space: nowrap;
      cursor: pointer;
      &:hover:enabled,
      &:focus-visible {
        background: var(--hover);
      }
      &:active:enabled {
        background: var(--active);
      }
      &:focus-visible {
        outline-offset: -2px;
      }
      &:disabled {
        opacity: 0.5;
        cursor: default;
      }
      apt-icon {
        color: var(--muted);
      }
      &.danger,
      &.danger apt-icon {
        color: var(--bad);
      }
    }
    .apart {
      position: relative;
      margin-top: 9px;
      &::before {
        position: absolute;
        inset: -5px 0 auto;
        border-top: 1px solid var(--border);
        content: '';
      }
    }
  `,
})
export class Menu {
  readonly label = input.required<string>();
  readonly items = input.required<readonly MenuItem[]>();
  /** Absent: three dots. */
  readonly text = input('');
  readonly testid = input('');
  readonly chosen = output<string>();
  protected readonly id = `menu-${(lastId += 1)}`;
  private readonly button = viewChild.required<ElementRef<HTMLElement>>('button');
  private readonly menu = viewChild.required<ElementRef<HTMLElement>>('menu');
  private readonly buttons = viewChildren<ElementRef<HTMLButtonElement>>('entry');
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

  /** Below the button, or above it where there is no room. */
  protected place(): void {
    const menu = this.menu().nativeElement;
    const button = this.button().nativeElement;
    const { right, top, bottom } = button.getBoundingClientRect();
    const { clientWidth, clientHeight } = menu.ownerDocument.documentElement;
    // It is not laid out yet; an item is as high as a control, and lines between need room too.
    const height = this.items().length * (button.offsetHeight + 6) + 24;
    const below = bottom + 4 + height <= clientHeight || top < height;
    menu.style.setProperty('--right', `${Math.max(8, clientWidth - right)}px`);
    menu.style.setProperty('--top', `${below ? bottom + 4 : top - height}px`);
  }

  protected enter(): void {
    if (this.menu().nativeElement.matches(':popover-open')) this.keys.setFirstItemActive();
  }

  protected step(event: KeyboardEvent): void {
    if (event.key === 'Tab') this.menu().nativeElement.hidePopover();
    else this.keys.onKeydown(event);
  }

  protected choose(id: string): void {
    this.menu().nativeElement.hidePopover();
    this.chosen.emit(id);
  }
}
