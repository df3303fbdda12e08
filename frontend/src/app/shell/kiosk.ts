import { DOCUMENT } from '@angular/common';
import { Service, effect, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router } from '@angular/router';

/** For a screen on the wall: `kiosk=1` in the address hides everything but the figures. */
@Service()
export class Kiosk {
  private readonly router = inject(Router);
  private readonly root = inject(DOCUMENT).documentElement;
  private readonly shown = signal('kiosk' in this.root.dataset);
  readonly on = this.shown.asReadonly();

  constructor() {
    this.router.events.pipe(takeUntilDestroyed()).subscribe((event) => {
      if (!(event instanceof NavigationEnd)) return;
      const { queryParamMap } = this.router.parseUrl(event.urlAfterRedirects);
      this.shown.set(queryParamMap.get('kiosk') === '1');
    });
    effect(() => {
      if (this.on()) this.root.dataset['kiosk'] = '';
      else delete this.root.dataset['kiosk'];
    });
  }

  toggle(): void {
    const kiosk = this.on() ? null : '1';
    void this.router.navigate([], { queryParams: { kiosk }, queryParamsHandling: 'merge' });
  }
}
