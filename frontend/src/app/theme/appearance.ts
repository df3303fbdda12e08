import { DOCUMENT } from '@angular/common';
import { Service, effect, inject, signal } from '@angular/core';

/** Also read by `public/theme.js`, before the first paint. */
export const APPEARANCE_KEY = 'apt-appearance';
export const DENSITIES = ['compact', 'comfortable'] as const;
export type Density = (typeof DENSITIES)[number];

interface Stored {
  density?: Density;
  narrow?: boolean;
  shortcuts?: boolean;
  muted?: boolean;
}

/** How the reader wants the page; remembered by the browser. */
@Service()
export class Appearance {
  private readonly root = inject(DOCUMENT).documentElement;
  private readonly stored = read();
  readonly density = signal<Density>(this.stored.density ?? 'compact');
  /** Whether the navigation shows icons only. */
  readonly narrow = signal(this.stored.narrow ?? false);
  /** Whether single keys do something. */
  readonly shortcuts = signal(this.stored.shortcuts ?? true);
  /** Whether new alerts are kept from the edge of the page; they stay in the list of messages. */
  readonly muted = signal(this.stored.muted ?? false);

  constructor() {
    effect(() => {
      const kept: Stored = {
        density: this.density(),
        narrow: this.narrow(),
        shortcuts: this.shortcuts(),
        muted: this.muted(),
      };
      if (kept.density === 'comfortable') this.root.dataset['density'] = 'comfortable';
      else delete this.root.dataset['density'];
      if (kept.narrow) this.root.dataset['sidebar'] = 'narrow';
      else delete this.root.dataset['sidebar'];
      try {
        localStorage.setItem(APPEARANCE_KEY, JSON.stringify(kept));
      } catch {
        // Storage is blocked: the choice holds until the page is left.
      }
    });
  }
}

function read(): Stored {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(APPEARANCE_KEY) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const { density, narrow, shortcuts, muted } = stored as Record<string, unknown>;
    return {
      ...(DENSITIES.some((known) => known === density) && { density: density as Density }),
      ...(typeof narrow === 'boolean' && { narrow }),
      ...(typeof shortcuts === 'boolean' && { shortcuts }),
      ...(typeof muted === 'boolean' && { muted }),
    };
  } catch {
    return {};
  }
}
