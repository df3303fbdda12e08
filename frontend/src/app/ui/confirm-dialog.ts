import { Component, input, output, viewChild } from '@angular/core';
import { words } from '../i18n/language';
import { Dialog } from './dialog';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

/** A question before something that cannot be taken back at once; it names what it is about. */
@Component({
  selector: 'apt-confirm-dialog',
  imports: [Dialog],
  template: `
    <apt-dialog [heading]="heading()" (closed)="closed.emit()">
      <bdi>{{ text() }}</bdi>
      <button dialogActions type="button" class="button" (click)="frame().close()">
        {{ words().cancel }}
      </button>
      <button
        dialogActions
        type="button"
        class="button danger"
        data-testid="confirm"
        (click)="confirmed.emit(); frame().close()"
      >
        {{ action() }}
      </button>
    </apt-dialog>
  `,
})
export class ConfirmDialog {
  readonly heading = input.required<string>();
  readonly text = input.required<string>();
  readonly action = input.required<string>();
  readonly confirmed = output();
  readonly closed = output();
  protected readonly words = words({ en: uiEn, de: uiDe });
  protected readonly frame = viewChild.required(Dialog);
}
