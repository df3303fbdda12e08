import type { ElementRef } from '@angular/core';
import { Component, afterNextRender, input, output, viewChild } from '@angular/core';

/** A question before something that cannot be taken back at once. */
@Component({
  selector: 'apt-confirm-dialog',
  template: `
    <dialog #dialog aria-labelledby="confirm-text" (close)="closed.emit()">
      <p id="confirm-text">
        <bdi>{{ text() }}</bdi>
      </p>
      <div class="do">
        <button type="button" class="button" autofocus (click)="dialog.close()">
          {{ cancel() }}
        </button>
        <button
          type="button"
          class="button danger"
          data-testid="confirm"
          (click)="confirmed.emit(); dialog.close()"
        >
          {{ action() }}
        </button>
      </div>
    </dialog>
  `,
  styles: `
    dialog {
      width: min(420px, calc(100vw - 32px));
      padding: 20px 22px;
      border: 1px solid var(--border);
      border-radius: 12px;
      background: var(--surface);
      color: var(--text);
      box-shadow: var(--shadow);
      &::backdrop {
        background: rgb(10 11 20 / 32%);
      }
    }
    p {
      margin: 0 0 18px;
      overflow-wrap: anywhere;
    }
    .do {
      display: flex;
      flex-wrap: wrap;
      justify-content: flex-end;
      gap: 8px;
    }
    .danger {
      border-color: transparent;
      background: var(--bad-soft);
      color: var(--bad);
    }
  `,
})
export class ConfirmDialog {
  readonly text = input.required<string>();
  readonly action = input.required<string>();
  readonly cancel = input.required<string>();
  readonly confirmed = output();
  readonly closed = output();
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  constructor() {
    afterNextRender(() => this.dialog().nativeElement.showModal());
  }
}
