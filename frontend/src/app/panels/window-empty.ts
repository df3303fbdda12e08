import { Component, computed, inject } from '@angular/core';
import type { WindowName } from '@app/contracts';
import { Scope } from '../scope/scope';
import { WINDOW_LABELS } from '../scope/view-state';

const WIDER: Readonly<Record<WindowName, WindowName | null>> = {
  '15m': '24h',
  '1h': '24h',
  '6h': '24h',
  '24h': '7d',
  '7d': '30d',
  '30d': null,
};
const WORDS: Readonly<Record<WindowName, string>> = {
  '15m': '15 minutes',
  '1h': 'hour',
  '6h': '6 hours',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
};

/** Nothing ran in the chosen time: says so and offers more of it. */
@Component({
  selector: 'apt-window-empty',
  template: `
    <section class="panel" data-testid="empty-window">
      <h2>No tasks in the last {{ words() }}</h2>
      @if (scope.agentType() !== null) {
        <p>Only agents of one type are shown.</p>
        <button type="button" class="button" (click)="scope.chooseType(null)">
          Show all types
        </button>
      }
      @if (wider(); as wider) {
        <p>Earlier ones may lie outside the chosen time.</p>
        <button type="button" class="button primary" (click)="scope.chooseWindow(wider)">
          Widen to {{ label(wider) }}
        </button>
      }
    </section>
  `,
  styles: `
    :host {
      display: block;
    }
    .panel {
      display: grid;
      align-content: center;
      height: 100%;
      justify-items: center;
      gap: 8px;
      padding: 44px 20px 48px;
      text-align: center;
    }
    h2 {
      margin: 0;
      font-size: 16px;
      font-weight: 620;
    }
    p {
      margin: 0 0 6px;
      color: var(--muted);
    }
  `,
})
export class WindowEmpty {
  protected readonly scope = inject(Scope);
  protected readonly words = computed(() => WORDS[this.scope.window() ?? '24h']);
  protected readonly wider = computed(() => WIDER[this.scope.window() ?? '24h']);
  protected label(window: WindowName): string {
    return window === '24h' ? '24 h' : WINDOW_LABELS[window].toLowerCase().replace('last ', '');
  }
}
