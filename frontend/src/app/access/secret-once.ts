import { Clipboard } from '@angular/cdk/clipboard';
import { Component, inject, input, output, signal } from '@angular/core';
import { words } from '../i18n/language';
import { Icon } from '../ui/icon';
import { accessDe } from './words.de';
import { accessEn } from './words.en';

/** A secret that is shown this once. */
@Component({
  selector: 'apt-secret-once',
  imports: [Icon],
  template: `
    <section role="status" data-testid="secret-once">
      <strong
        ><bdi>{{ heading() }}</bdi></strong
      >
      <p>{{ hint() }}</p>
      <div class="row">
        <code data-testid="secret">{{ secret() }}</code>
        <button type="button" class="button" (click)="copy()">
          <apt-icon [name]="copied() ? 'check' : 'copy'" />{{
            copied() ? words().copied : words().copy
          }}
        </button>
      </div>
      <button type="button" class="link-button" data-testid="kept" (click)="closed.emit()">
        {{ done() }}
      </button>
    </section>
  `,
  styles: `
    section {
      display: grid;
      gap: var(--space-1h);
      margin-bottom: var(--space-3);
      padding: var(--space-3) var(--space-4);
      border: 1px solid var(--accent);
      border-radius: var(--radius-m);
      background: var(--accent-soft);
    }
    p {
      margin: 0;
    }
    .row {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--space-2);
    }
    code {
      flex: 1 1 260px;
      min-width: 0;
      padding: var(--space-1h) var(--space-2h);
      border-radius: var(--radius-s);
      background: var(--surface);
      font: var(--text-m)/1.4 var(--mono);
      overflow-wrap: anywhere;
      user-select: all;
    }
    .link-button {
      justify-self: start;
      margin-inline-start: calc(-1 * var(--space-1h));
    }
  `,
})
export class SecretOnce {
  readonly heading = input.required<string>();
  readonly hint = input.required<string>();
  readonly secret = input.required<string>();
  readonly done = input.required<string>();
  readonly closed = output();
  private readonly clipboard = inject(Clipboard);
  protected readonly words = words({ en: accessEn, de: accessDe });
  protected readonly copied = signal(false);

  protected copy(): void {
    this.copied.set(this.clipboard.copy(this.secret()));
  }
}
