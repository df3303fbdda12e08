import { Service, effect, signal } from '@angular/core';

const KEY = 'apt-charts';

interface Stored {
  sync?: boolean;
  connectGaps?: boolean;
  patterns?: boolean;
}

/** How the reader wants all charts; remembered by the browser. */
@Service()
export class ChartSettings {
  private readonly stored = read();
  /** Whether charts over time share crosshair and tooltip. */
  readonly sync = signal(this.stored.sync ?? true);
  /** Whether lines are drawn on over short gaps. */
  readonly connectGaps = signal(this.stored.connectGaps ?? false);
  /** Whether lines differ by dashes and areas by patterns, beside their colours. */
  readonly patterns = signal(this.stored.patterns ?? matchMedia('(forced-colors: active)').matches);

  constructor() {
    effect(() => {
      const settings: Stored = {
        sync: this.sync(),
        connectGaps: this.connectGaps(),
        patterns: this.patterns(),
      };
      try {
        localStorage.setItem(KEY, JSON.stringify(settings));
      } catch {
        // Storage is blocked: the choice holds until the page is left.
      }
    });
  }
}

function read(): Stored {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof stored === 'object' && stored !== null ? stored : {};
  } catch {
    return {};
  }
}
