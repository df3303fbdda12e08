import type { ElementRef } from '@angular/core';
import { Component, afterNextRender, input, output, viewChild } from '@angular/core';
import { words } from '../i18n/language';
import { Icon } from './icon';

let lastId = 0;

/** A sheet at the side: the platform's modal dialog, which keeps and gives back the focus. */
@Component({
  selector: 'apt-drawer',
  imports: [Icon],
  template: `
    <dialog #dialog [class.wide]="wide()" [attr.aria-labelledby]="id" (close)="closed.emit()">
      <header>
        <h2 [id]="id" tabindex="-1" autofocus>
          <bdi>{{ heading() }}</bdi>
        </h2>
        <button
          type="button"
          class="icon-button"
          [attr.aria-label]="words().close"
          (click)="dialog.close()"
        >
          <apt-icon name="cross" />
        </button>
      </header>
      <div class="body"><ng-content /></div>
    </dialog>
  `,
  styles: `
    dialog {
      width: min(560px, 100vw);
      max-width: none;
      height: 100dvh;
      max-height: none;
      margin: 0 0 0 auto;
      padding: 0;
      border: 0;
      border-left: 1px solid var(--border);
      background: var(--surface);
      color: var(--text);
      box-shadow: var(--shadow);
      overscroll-behavior: contain;
      &::backdrop {
        background: var(--veil);
      }
    }
    .wide {
      width: min(780px, 100vw);
    }
    header {
      position: sticky;
      z-index: 2;
      top: 0;
      display: flex;
      align-items: center;
      gap: var(--space-2);
      padding: var(--space-2h) var(--space-3) var(--space-2h) var(--space-4);
      border-bottom: 1px solid var(--border);
      background: var(--surface);
    }
    h2 {
      flex: 1;
      min-width: 0;
      margin: 0;
      overflow: hidden;
      font-size: var(--text-l);
      font-weight: 640;
      outline: none;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .body {
      padding: var(--space-4) var(--space-4) var(--space-6);
    }
  `,
})
export class Drawer {
  readonly heading = input.required<string>();
  readonly wide = input(false);
  readonly closed = output();
  protected readonly words = words({ en: { close: 'Close' }, de: { close: 'Schließen' } });
  protected readonly id = `drawer-${(lastId += 1)}`;
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  constructor() {
    afterNextRender(() => this.dialog().nativeElement.showModal());
  }

  close(): void {
    this.dialog().nativeElement.close();
  }
}
