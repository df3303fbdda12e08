import { Clipboard } from '@angular/cdk/clipboard';
import { Component, inject, input, signal } from '@angular/core';
import { words } from '../i18n/language';
import { Icon } from './icon';
import { uiDe } from './words.de';
import { uiEn } from './words.en';

/** Something to copy into a shell or an editor. */
@Component({
  selector: 'apt-code-sample',
  imports: [Icon],
  template: `
    <div class="head">
      <h3>{{ heading() }}</h3>
      <button type="button" class="link-button" (click)="copy()">
        <apt-icon [name]="copied() ? 'check' : 'copy'" />{{
          copied() ? words().copied : words().copy
        }}
      </button>
    </div>
    <pre tabindex="0"><code>{{ code() }}</code></pre>
  `,
  styles: `
    .head {
      display: flex;
      align-items: center;
      justify-content: space-between;
      margin-top: var(--space-4);
    }
    h3 {
      margin: 0;
      font-size: var(--text-m);
      font-weight: 600;
    }
    pre {
      margin: var(--space-1) 0 0;
      padding: var(--space-3) var(--space-4);
      border-radius: var(--radius-m);
      background: var(--sunken);
      font: var(--text-m)/1.6 var(--mono);
      overflow-x: auto;
    }
  `,
})
export class CodeSample {
  readonly heading = input.required<string>();
  readonly code = input.required<string>();
  protected readonly words = words({ en: uiEn, de: uiDe });
  protected readonly copied = signal(false);
  private readonly clipboard = inject(Clipboard);

  protected copy(): void {
    this.copied.set(this.clipboard.copy(this.code()));
    setTimeout(() => this.copied.set(false), 2000);
  }
}
