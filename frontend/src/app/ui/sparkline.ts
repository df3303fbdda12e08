import { Component, computed, input } from '@angular/core';
import { sparklinePath, thinned } from '../charts/sparkline-path';

const WIDTH = 84;
const HEIGHT = 22;
/** One in about three pixels: more is a smear. */
const MOST_POINTS = 28;

/** The course of a figure at a glance; decoration beside the figure itself. */
@Component({
  selector: 'apt-sparkline',
  template: `
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      <path [attr.d]="path()" />
    </svg>
  `,
  styles: `
    :host {
      display: block;
      color: var(--accent);
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
      overflow: visible;
    }
    path {
      fill: none;
      stroke: currentColor;
      stroke-width: 1.3;
      stroke-linejoin: round;
      stroke-linecap: round;
      vector-effect: non-scaling-stroke;
    }
  `,
})
export class Sparkline {
  readonly values = input.required<readonly (number | null)[]>();
  protected readonly path = computed(() =>
    sparklinePath(thinned(this.values(), MOST_POINTS), WIDTH, HEIGHT),
  );
}
