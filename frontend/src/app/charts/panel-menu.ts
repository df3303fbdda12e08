import { Component, input, output, viewChild } from '@angular/core';
import type { ElementRef } from '@angular/core';
import { Icon } from '../ui/icon';
import type { IconName } from '../ui/icon';

export interface MenuItem {
  id: string;
  label: string;
  icon: IconName;
  /** Of an item that can be on or off. */
  checked?: boolean;
  /** Whether a line stands above it. */
  apart?: boolean;
}

let lastId = 0;

/** What can be done with a panel. A popover, so that it is seen in full screen, too. */
@Component({
  selector: 'apt-panel-menu',
  imports: [Icon],
  template: `
    <button
      #button
      type="button"
      class="icon-button"
      data-testid="panel-menu"
      aria-haspopup="menu"
      [attr.popovertarget]="id"
      [attr.aria-label]="label()"
      [title]="label()"
    >
      <apt-icon name="more" />
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
          type="button"
          tabindex="-1"
          [class.apart]="item.apart"
          [attr.role]="item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'"
          [attr.aria-checked]="item.checked"
          [attr.data-testid]="'menu-' + item.id"
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
      margin: 0;
      padding: 5px;
      border: 1px solid var(--border);
      border-radius: 10px;
      background: var(--surface);
      color: var(--text);
      box-shadow: var(--shadow);
    }
    div button {
      display: flex;
      align-items: center;
      gap: 10px;
      width: 100%;
      height: 30px;
      padding: 0 10px;
      border: 0;
      border-radius: 6px;
      background: none;
      color: inherit;
      font: inherit;
      text-align: left;
      cursor: pointer;
      &:hover,
      &:focus-visible {
        background: var(--hover);
      }
      &:focus-visible {
        outline-offset: -2px;
      }
      apt-icon {
        color: var(--muted);
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
export class PanelMenu {
  readonly label = input.required<string>();
  readonly items = input.required<readonly MenuItem[]>();
  readonly chosen = output<string>();
  protected readonly id = `panel-menu-${(lastId += 1)}`;
  private readonly button = viewChild.required<ElementRef<HTMLElement>>('button');
  private readonly menu = viewChild.required<ElementRef<HTMLElement>>('menu');

  /** Below the button, or above it where there is no room. */
  protected place(): void {
    const menu = this.menu().nativeElement;
    const { right, top, bottom } = this.button().nativeElement.getBoundingClientRect();
    const { clientWidth, clientHeight } = menu.ownerDocument.documentElement;
    const height = this.items().length * 30 + 30;
    const below = bottom + 4 + height <= clientHeight || top < height;
    menu.style.setProperty('--right', `${Math.max(8, clientWidth - right)}px`);
    menu.style.setProperty('--top', `${below ? bottom + 4 : top - height}px`);
  }

  protected enter(): void {
    if (this.menu().nativeElement.matches(':popover-open')) this.buttons()[0]?.focus();
  }

  protected step(event: KeyboardEvent): void {
    const buttons = this.buttons();
    const now = buttons.indexOf(event.target as HTMLElement);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Tab') this.menu().nativeElement.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    buttons.at(to % buttons.length)?.focus();
  }

  protected choose(id: string): void {
    this.menu().nativeElement.hidePopover();
    this.chosen.emit(id);
  }

  private buttons(): HTMLElement[] {
    return [...this.menu().nativeElement.querySelectorAll<HTMLElement>('button')];
  }
}
