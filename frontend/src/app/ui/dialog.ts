import type { ElementRef } from '@angular/core';
import { Component, afterNextRender, input, output, viewChild } from '@angular/core';
import { words } from '../i18n/language';
import { Icon } from './icon';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

const FIRST = '.body :is(input, select, textarea), footer button';
let lastId = 0;

/**
 * A question or a short form over the page: the platform's modal dialog, which keeps the focus
 * inside, closes with Escape and gives the focus back. Buttons go into `dialogActions`.
 */
@Component({
  selector: 'apt-dialog',
  imports: [Icon],
  template: `
    <dialog #dialog [attr.aria-labelledby]="id" (close)="closed.emit()">
      <header>
        <h2 [id]="id">
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
      <footer><ng-content select="[dialogActions]" /></footer>
    </dialog>
  `,
  styles: `
    dialog {
      width: min(440px, calc(100vw - 32px));
      max-height: calc(100dvh - 32px);
      padding: 0;
      border: 1px solid var(--border);
      border-radius: var(--radius-l);
      background: var(--surface);
      color: var(--text);
      box-shadow: var(--shadow);
      overscroll-behavior: contain;
      &::backdrop {
        background: var(--veil);
      }
    }
    header {
      display: flex;
      align-items: start;
      gap: var(--space-2);
      padding: var(--space-4) var(--space-3) 0 var(--space-5);
    }
    h2 {
      flex: 1;
      min-width: 0;
      margin: 0;
      padding-top: 3px;
      font-size: var(--text-l);
      font-weight: 640;
      overflow-wrap: anywhere;
    }
    .body {
      padding: var(--space-1h) var(--space-5) 0;
      overflow-wrap: anywhere;
    }
    footer {
      display: flex;
      flex-wrap: wrap;
      justify-content: flex-end;
      gap: var(--space-2);
      padding: var(--space-4) var(--space-5);
    }
    @media (prefers-reduced-motion: no-preference) {
      dialog[open] {
        animation: rise var(--calm) var(--ease);
      }
    }
    @keyframes rise {
      from {
        opacity: 0;
        translate: 0 6px;
      }
    }
  `,
})
export class Dialog {
  readonly heading = input.required<string>();
  readonly closed = output();
  protected readonly words = words({ en: uiEn, de: uiDe });
  protected readonly id = `dialog-${(lastId += 1)}`;
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  constructor() {
    afterNextRender(() => {
      const dialog = this.dialog().nativeElement;
      dialog.showModal();
      // What is asked for comes first, not the way out; of answers the one that changes nothing.
      dialog.querySelector<HTMLElement>(FIRST)?.focus();
    });
  }

  close(): void {
    this.dialog().nativeElement.close();
  }
}
